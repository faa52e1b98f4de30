"""Measures what is claimed about the frameworks, on the machine that runs it."""
