"""A store in memory, with the interface of a database.

    db.run(service, ...)    changes objects
    db.read(service, ...)   reads objects

A service is a plain function `service(store, ...)`. Flask calls it, FastAPI awaits the same one.
"""

from .store import Store

__all__ = ["Store"]
