"""Compares the connections of all pools with those that the database server grants."""

from sqlalchemy import Connection

from ..errors import Unavailable
from .backends import BACKENDS


def check(connection: Connection, max_connections: int) -> None:
    """Raise `Unavailable` if the server grants fewer than `max_connections` connections."""
    granted = BACKENDS[connection.dialect.name].connection_limit(connection)
    if granted is not None and max_connections > granted:
        raise Unavailable(
            f"(POOL_SIZE + 1) x WEB_CONCURRENCY may open {max_connections} connections, but the"
            f" database grants {granted}. Lower one of them, or raise max_connections."
        )
