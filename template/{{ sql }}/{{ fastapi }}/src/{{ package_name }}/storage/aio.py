"""Runs use cases on asyncio connections: the event loop is free while the database works."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

from .engines import PATIENCE, available, options, prepare, unanswered
from .settings import StorageSettings

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """A pool of connections, and the one way to use it."""

    def __init__(self, settings: StorageSettings) -> None:
        url = make_url(settings.database_url)
        self._engine = create_async_engine(_awaitable(url), **options(url, settings.pool_size))
        prepare(self._engine.sync_engine)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._probing: asyncio.Task[None] | None = None

    async def run(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns, after its transaction is committed.

        If it raises, nothing of what it did is kept.
        """
        with available():
            async with self._sessions.begin() as session:
                return await session.run_sync(service, *args, **kwargs)

    async def probe(self, service: Callable[[Session], None]) -> None:
        """Do as `run` does; raise `Unavailable` where that takes longer than a watcher waits.

        Who asks meanwhile waits for the same answer: a server that stands still has one connection
        less, however often that is found out.
        """
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(self.run(service))
            self._probing.add_done_callback(_read)
        done, _ = await asyncio.wait({self._probing}, timeout=PATIENCE)
        if not done:
            raise unanswered()
        await self._probing

    async def close(self) -> None:
        await self._engine.dispose()


def _awaitable(url: URL) -> URL:
    """Return `url` with a driver that can be awaited: one setting serves both kinds of engine."""
    return url.set(drivername="sqlite+aiosqlite") if url.drivername == "sqlite" else url


def _read(probing: "asyncio.Task[None]") -> None:
    """Take note of how it ended: whoever asked may have left, and asyncio would complain."""
    _ = probing.cancelled() or probing.exception()
