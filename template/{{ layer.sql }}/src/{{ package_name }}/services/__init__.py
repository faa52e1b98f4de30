"""What the application can do: each use case once, against a `Session`.

Flask calls these functions as they are; FastAPI runs the very same in a greenlet, as SQLAlchemy's
`AsyncSession.run_sync` does. So they neither know a framework nor whether they are awaited.
"""
