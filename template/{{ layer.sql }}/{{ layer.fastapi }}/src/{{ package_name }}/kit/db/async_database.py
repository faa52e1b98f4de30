"""The database for FastAPI: the event loop is free while the database works."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.util import greenlet_spawn

from . import migrate
from .engine import PROBE_TIMEOUT, RESPONSE_TIMEOUT, backend_of, options
from .sessions import Sessions
from .settings import DatabaseSettings
from .sql_spans import record_statements

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """A pool of connections."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._engine = _open_engine(settings.database_url, settings.pool_connections)
        self._sessions = Sessions(self._engine.sync_engine)
        if settings.otel_exporter_otlp_endpoint:
            record_statements(self._engine.sync_engine)
        # A connection of its own: `/readyz` responds while all others are busy.
        self._probe = _open_engine(settings.database_url, 1, response_timeout=PROBE_TIMEOUT)
        self._probe_sessions = Sessions(self._probe.sync_engine)

    async def run(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call `service` in a transaction and commit it. If it raises, nothing is committed."""
        return await greenlet_spawn(lambda: self._sessions.run(service, *args, **kwargs))

    async def read(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call `service`, which only reads, without a transaction: it costs half of `run`."""
        return await greenlet_spawn(lambda: self._sessions.read(service, *args, **kwargs))

    async def check(self) -> None:
        """Raise `Unavailable` unless the database responds and has the schema of this code."""
        await greenlet_spawn(self._probe_sessions.read, migrate.check)

    async def close(self) -> None:
        await self._engine.dispose()
        await self._probe.dispose()


def _open_engine(
    database_url: str, pool_size: int, *, response_timeout: float = RESPONSE_TIMEOUT
) -> AsyncEngine:
    url = make_url(database_url)
    backend = backend_of(url)
    engine = create_async_engine(**options(url.set(drivername=backend.ASYNC_DRIVER), pool_size))
    backend.prepare(engine.sync_engine, response_timeout)
    return engine
