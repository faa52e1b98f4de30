"""The rules of the business. Imports nothing but the standard library, and does no I/O."""
