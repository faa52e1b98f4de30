"""What the application can do: each use case once, on what is kept in memory.

Flask calls these functions as they are; FastAPI awaits the very same ones. So they neither know a
framework nor whether they are awaited.
"""
