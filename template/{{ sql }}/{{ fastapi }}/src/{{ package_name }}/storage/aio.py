"""Runs use cases on asyncio connections: the event loop is free while the database works."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import aiosqlite
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
        self._engine = create_async_engine(**_awaitable(url), **options(url, settings.pool_size))
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


def _awaitable(url: URL) -> dict[str, Any]:
    """Return `url` with a driver that can be awaited: one setting serves both kinds of engine."""
    if url.drivername != "sqlite":
        return {"url": url}
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
