"""The example feature: todos of a user."""
