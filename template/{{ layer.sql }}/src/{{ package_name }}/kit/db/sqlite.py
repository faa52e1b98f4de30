"""SQLite, configured to behave like a database server."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection

from ..observability import redaction

DRIVER = "sqlite"
ASYNC_DRIVER = "sqlite+aiosqlite"
# Statements of such a connection begin no transaction. SQLAlchemy's own option would leave the
# connection in the transaction mode of Python's sqlite3.
AUTOCOMMIT: Mapping[str, Any] = {"sqlite_autocommit": True}

# Milliseconds that a statement waits for a writer in another process.
_BUSY: Final = 5000


def check_parameters(url: URL) -> str | None:
    """Refuse parameters of Python's sqlite3: the kit sets them."""
    if url.query and url.query.get("uri") != "true":
        return f"has an unknown parameter: {min(url.query)}"
    return None


def options(_: URL) -> dict[str, Any]:
    return {}


def prepare(engine: Engine, _: float | None) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _: Any) -> None:
        # By default, Python's sqlite3 begins transactions late.
        # https://docs.sqlalchemy.org/en/21/dialects/sqlite.html
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY}")
        cursor.execute("PRAGMA foreign_keys=ON")
        # The file keeps this mode. If this fails, another process is setting it.
        with suppress(sqlite3.OperationalError):
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once if another one has written
        # in between. IMMEDIATE waits at the start instead, so that rows and migrations need no
        # locks of their own.
        if not connection.get_execution_options().get("sqlite_autocommit"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def migration_guard(connection: Connection) -> Iterator[None]:
    """Disable foreign keys: altering a table drops it, which would delete the rows that refer to it.

    SQLite allows this only between transactions. https://www.sqlite.org/foreignkeys.html#fk_enable
    """
    for statement in ("COMMIT", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"):
        connection.exec_driver_sql(statement)
    yield
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        tables = sorted({f"{row[0]} to {row[2]}" for row in broken})
        raise ValueError(f"The migration leaves broken foreign keys: {', '.join(tables)}.")


def connection_limit(_: Connection) -> None:
    return None


def describe_error(error: BaseException) -> str | None:
    """Return the name of the result code, https://sqlite.org/rescode.html, if there is one."""
    return getattr(error, "sqlite_errorname", "") if isinstance(error, sqlite3.Error) else None


redaction.DESCRIBERS.append(describe_error)
