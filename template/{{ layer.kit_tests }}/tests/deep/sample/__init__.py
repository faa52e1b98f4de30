"""A small feature that the deep tests mount in place of the project's own.

The machinery is tested through it, so the project's features can change or go without breaking the
deep tests. It has what the machinery serves: pages, rules, owners, and a table in a schema of its own.
"""
