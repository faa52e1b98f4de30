"""Runs use cases on asyncio connections: the event loop is free while the database works."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import aiosqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.util import greenlet_spawn

from .engines import PROBE_TIMEOUT, RESPONSE_TIMEOUT, options, prepare
from .sessions import Sessions
from .settings import StorageSettings

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """A pool of connections, and the one way to use it."""

    def __init__(self, settings: StorageSettings) -> None:
        self._engine = _open_engine(settings.database_url, settings.pool_size)
        self._sessions = Sessions(self._engine.sync_engine)
        self._probing = _open_engine(settings.database_url, 1, response_timeout=PROBE_TIMEOUT)
        self._probes = Sessions(self._probing.sync_engine)

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

    async def probe(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Do as `read` does, on a connection of its own and with little time: for `/readyz`."""
        return await greenlet_spawn(partial(self._probes.read, service, *args, **kwargs))

    async def close(self) -> None:
        await self._engine.dispose()
        await self._probing.dispose()


def _open_engine(
    database_url: str, pool_size: int, *, response_timeout: float = RESPONSE_TIMEOUT
) -> AsyncEngine:
    url = make_url(database_url)
    engine = create_async_engine(**{**options(url, pool_size), **_awaitable(url)})
    prepare(engine.sync_engine, response_timeout)
    return engine


def _awaitable(url: URL) -> dict[str, Any]:
    """Return `url` with a driver that can be awaited: one setting serves both kinds of engine."""
    if url.drivername != "sqlite":
        return {}
    return {
        "url": url.set(drivername="sqlite+aiosqlite"),
        "connect_args": {"async_creator_fn": _open_file},
    }


async def _open_file(*given: Any, **named: Any) -> aiosqlite.Connection:
    """Return a connection; if there is none to be had, leave no thread behind that is about to end.

    It tells the event loop that it ends, and where that was closed meanwhile, fails with a traceback:
    https://github.com/omnilib/aiosqlite/issues/241.
    """
    connection = aiosqlite.connect(*given, **named)
    # A connection that nobody has closed does not keep the process from ending.
    connection._thread.daemon = True
    try:
        return await connection
    except sqlite3.Error:
        connection._thread.join()
        raise
