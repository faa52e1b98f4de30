"""The database: a pool of connections, and two ways to use it.

    db.run(service, ...)    a read-write transaction, committed when the service returns
    db.read(service, ...)   read-only: each statement stands alone, which costs half as much

A service is a plain function `service(session, ...)`. Flask calls it; FastAPI runs it in a greenlet,
as SQLAlchemy's `AsyncSession.run_sync` does. If it raises, nothing is committed. Tables derive from
`Base`, in any `models.py` of the package. `run_in_thread` calls what would block the event loop.
"""

from .models import Base, Timestamp
from .threads import run_in_thread

__all__ = ["Base", "Timestamp", "run_in_thread"]
