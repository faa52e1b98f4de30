"""Opens the database; what the blocking and the asyncio engine have in common."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ..core.errors import Unavailable
from .statements import observe

log = structlog.stdlib.get_logger(__name__)

# Of both kinds of engine. What a statement was given stays out of errors, and so out of the log.
OPTIONS: Final[dict[str, Any]] = {"hide_parameters": True}


def open_engine(url: str) -> Engine:
    """Return a blocking engine for `url`. Nothing is connected before it is used."""
    engine = create_engine(url, **OPTIONS)
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Make SQLite behave like the databases it stands in for."""
    observe(engine)

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _: Any) -> None:
        # Left alone, Python's sqlite3 opens transactions late, on its own judgement.
        # https://docs.sqlalchemy.org/en/21/dialects/sqlite.html
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.execute("PRAGMA foreign_keys=ON")
        # The file remembers this mode. Where that fails, another process is about to set it.
        with suppress(sqlite3.OperationalError):
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads and then writes fails at once when another one wrote in
        # between; one that says from the start that it may write waits for its turn.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def available() -> Iterator[None]:
    """Say that the database does not answer, in the words of the core."""
    try:
        yield
    except (OperationalError, PoolTimeoutError) as error:
        log.warning("database unavailable", reason=str(error))
        raise Unavailable("The database does not answer.") from error
