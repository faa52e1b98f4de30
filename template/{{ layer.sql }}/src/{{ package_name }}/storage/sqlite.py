"""Makes SQLite behave like the databases it stands in for."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection

from .dialect import Dialect

# Of a connection whose statements begin no transaction. Not SQLAlchemy's own option for it: that
# leaves a connection in the mode of Python's sqlite3.
_ALONE = "stands_alone"


# Milliseconds that a statement waits for another process that writes.
_BUSY: Final = 5000


def prepare(engine: Engine, response_timeout: float) -> None:
    busy = min(_BUSY, round(response_timeout * 1000))

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _: Any) -> None:
        # Left alone, Python's sqlite3 opens transactions late, on its own judgement.
        # https://docs.sqlalchemy.org/en/21/dialects/sqlite.html
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy}")
        cursor.execute("PRAGMA foreign_keys=ON")
        # The file remembers this mode. Where that fails, another process is about to set it.
        with suppress(sqlite3.OperationalError):
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads and then writes fails at once when another one wrote in
        # between; one that says from the start that it may write waits for its turn. Rows need
        # no lock of their own then, and neither do migrations.
        if not connection.get_execution_options().get(_ALONE):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """Switch foreign keys off: a table is changed by dropping it, which would delete referring rows.

    That can be done between transactions only. https://www.sqlite.org/foreignkeys.html#fk_enable
    """
    for statement in ("COMMIT", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"):
        connection.exec_driver_sql(statement)
    yield
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        tables = sorted({f"{row[0]} to {row[2]}" for row in broken})
        raise ValueError(f"The migration leaves broken references: {', '.join(tables)}.")


def told(error: sqlite3.Error) -> str:
    """Return the name of the code, https://sqlite.org/rescode.html; the module's own have none."""
    return getattr(error, "sqlite_errorname", "")


def check_parameters(url: URL) -> str | None:
    """Refuse those of Python's sqlite3: what they say is said here."""
    if url.query and url.query.get("uri") != "true":
        return f"has a parameter that is not known: {min(url.query)}"
    return None


SQLITE = Dialect(
    errors=sqlite3.Error,
    told=told,
    prepare=prepare,
    check_parameters=check_parameters,
    reading={_ALONE: True},
    migrating=migrating,
)
