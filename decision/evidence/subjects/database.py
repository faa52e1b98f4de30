"""Pools of connections, of one size for all subjects."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, Connection
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from decision.evidence.subjects import work

# Long enough to outlast a measurement: who waits for a connection is slow, and no error.
SETTINGS: dict[str, Any] = {"min_size": 20, "max_size": 20, "timeout": 60, "open": False}
SESSION = {"autocommit": True}  # one read is no transaction
URL = "EVIDENCE_DATABASE_URL"


class Rows:
    """Reads rows in threads."""

    def __init__(self) -> None:
        self.pool: ConnectionPool[Connection] | None = None
        if url := os.environ.get(URL):
            self.pool = ConnectionPool(url, kwargs=SESSION, **SETTINGS)
            self.pool.open()

    def read(self) -> dict[str, Any]:
        if not self.pool:
            raise LookupError(f"{URL} is not set")
        with self.pool.connection() as connection:
            return as_json(connection.execute(work.QUERY, work.some_row()).fetchone())


class AwaitedRows:
    """Reads rows on an event loop."""

    def __init__(self) -> None:
        self.pool: AsyncConnectionPool[AsyncConnection] | None = None

    @asynccontextmanager
    async def lifespan(self, _: object = None) -> AsyncIterator[None]:
        if url := os.environ.get(URL):
            self.pool = AsyncConnectionPool(url, kwargs=SESSION, **SETTINGS)
            await self.pool.open()
        yield
        if self.pool:
            await self.pool.close()

    async def read(self) -> dict[str, Any]:
        if not self.pool:
            raise LookupError(f"{URL} is not set")
        async with self.pool.connection() as connection:
            cursor = await connection.execute(work.QUERY, work.some_row())
            return as_json(await cursor.fetchone())


def as_json(row: Any) -> dict[str, Any]:
    number, title, done = row
    return {"id": number, "title": title, "done": done}
