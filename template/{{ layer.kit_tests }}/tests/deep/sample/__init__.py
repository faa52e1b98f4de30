"""A sample feature that the deep tests serve in place of the project's own.

It has pages, rules, owners, and a table of its own. So the project's features can change or be
deleted without breaking the deep tests.
"""
