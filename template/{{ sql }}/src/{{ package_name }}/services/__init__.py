"""What the application can do: each use case once, against a `Session`.

Flask calls these functions as they are; FastAPI runs the very same through
`AsyncSession.run_sync`. So they neither know a framework nor whether they are awaited.
"""
