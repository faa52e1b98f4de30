"""Runs use cases on asyncio connections: the event loop is free while the database works."""

from collections.abc import Callable
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.util import greenlet_spawn

from .engines import options, prepare
from .sessions import Sessions
from .settings import StorageSettings

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """A pool of connections, and the one way to use it."""

    def __init__(self, settings: StorageSettings) -> None:
        url = make_url(settings.database_url)
        self._engine = create_async_engine(_awaitable(url), **options(url, settings.pool_size))
        prepare(self._engine.sync_engine)
        self._sessions = Sessions(self._engine.sync_engine)

    async def run(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns, after its transaction is committed.

        If it raises, nothing of what it did is kept.
        """
        return await greenlet_spawn(partial(self._sessions.run, service, *args, **kwargs))

    async def read(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns, which reads and changes nothing: it costs half of `run`."""
        return await greenlet_spawn(partial(self._sessions.read, service, *args, **kwargs))

    async def close(self) -> None:
        await self._engine.dispose()


def _awaitable(url: URL) -> URL:
    """Return `url` with a driver that can be awaited: one setting serves both kinds of engine."""
    return url.set(drivername="sqlite+aiosqlite") if url.drivername == "sqlite" else url
