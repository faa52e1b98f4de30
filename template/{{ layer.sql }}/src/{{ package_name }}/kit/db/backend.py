"""The differences between database systems."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL


class Backend(Protocol):
    """What the rest of `kit.db` needs to know of a database system. A module implements it."""

    # The drivers of blocking engines and of those for asyncio.
    DRIVER: str
    ASYNC_DRIVER: str
    # Execution options for statements outside of transactions.
    # https://docs.sqlalchemy.org/en/21/core/connections.html#dbapi-autocommit
    AUTOCOMMIT: Mapping[str, Any]

    def check_parameters(self, url: URL, /) -> str | None:
        """Return what is wrong with the parameters of a URL."""

    def options(self, url: URL, /) -> Mapping[str, Any]:
        """Return options of the engine: https://docs.sqlalchemy.org/en/21/core/engines.html"""

    def prepare(self, engine: Engine, response_timeout: float | None, /) -> None:
        """Add listeners to an engine, which wait at most so many seconds for a response."""

    def migration_guard(self, connection: Connection, /) -> AbstractContextManager[None]:
        """Surround a migration, inside its transaction: no other one runs meanwhile."""

    def connection_limit(self, connection: Connection, /) -> int | None:
        """Return how many connections the server grants; None: no limit."""
