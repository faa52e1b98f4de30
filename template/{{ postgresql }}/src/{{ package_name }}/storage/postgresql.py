"""PostgreSQL by psycopg 3: limits for everything that could wait for ever."""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import time
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from .dialect import Dialect

# Any number, as long as nothing else in this database takes it as well.
_MIGRATION = 0x6D696772

# Per connection, https://www.postgresql.org/docs/current/runtime-config-client.html. A statement
# ends before a server that stops would end it (25 s); a transaction that a lost process left open
# does not hold its locks for long. PgBouncer lets these through where its
# `ignore_startup_parameters` names `options`; set them for the role then.
LIMITS = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}

# Seconds for which a connection that was just used is taken to be reachable still.
TRUSTED: Final = 1.0

OPTIONS: Final[dict[str, Any]] = {
    # Not asked before each use, which is a round trip to the server: see `watch`.
    "pool_pre_ping": False,
    # What stands alone leaves nothing to take back.
    "skip_autocommit_rollback": True,
    # https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    "connect_args": {
        "connect_timeout": 2,  # Seconds, and the least that libpq takes.
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,  # Milliseconds without a sign of life while data is sent.
        "options": " ".join(f"-c {name}={value}" for name, value in LIMITS.items()),
    },
}


def watch(engine: Engine, is_lost: Callable[[Any], bool]) -> None:
    """Replace connections that were lost while they were idle, before they are used.

    A server that has ended has said so to every connection, which `is_lost` sees without a trip to
    it. Whoever stands in between may have forgotten one in silence: what was idle for a while is
    asked.
    """

    @event.listens_for(engine, "checkin")
    def left(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time()

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        since = record.info.get("idle_since")
        if since is None:  # It is new.
            return
        # By the clock on the wall: the other one stands still while a machine sleeps.
        trusted = 0 <= time() - since < TRUSTED
        if is_lost(record.driver_connection) or not (trusted or _answers(engine, connection)):
            raise InvalidatePoolError


def _answers(engine: Engine, connection: Any) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except (engine.dialect.loaded_dbapi.Error, OSError, TimeoutError):
        return False


def waiting(socket: int) -> bool:
    """Say whether there is something to be read."""
    if not hasattr(select, "poll"):  # Windows; elsewhere this knows no more than 1,024 files.
        return bool(select.select([socket], [], [], 0)[0])
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def is_lost(connection: Any) -> bool:
    """Say whether something has come: to who is idle, a server says nothing but goodbye."""
    return bool(connection.closed or waiting(connection.fileno()))


def prepare(engine: Engine) -> None:
    watch(engine, is_lost)


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """Wait for another migration, however long it takes; then work without a time limit.

    The limit on locks comes back: a statement that waits for a table makes all others wait behind it.
    The lock is the session's, since a migration may commit on its way (`autocommit_block`). It is
    released when the connection is closed.
    """
    for name in LIMITS:
        connection.exec_driver_sql(f"SET {name} = 0")
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION})
    connection.exec_driver_sql(f"SET lock_timeout = '{LIMITS['lock_timeout']}'")
    yield


def room(connection: Connection) -> int:
    """Return how many connections there are for ordinary users."""
    settings = ["superuser_reserved_connections", "reserved_connections"]
    reserved = " - ".join(
        f"coalesce(current_setting('{name}', true), '0')::int" for name in settings
    )
    statement = text(f"SELECT current_setting('max_connections')::int - {reserved}")
    granted: int = connection.scalars(statement).one()
    return granted


def told(error: psycopg.Error) -> str:
    """Return the code, https://www.postgresql.org/docs/current/errcodes-appendix.html."""
    if error.sqlstate:
        about = error.diag.constraint_name or error.diag.column_name or ""
        return f"SQLSTATE {error.sqlstate} {about}".rstrip()
    # Nothing that the server said, but libpq: that there is no connection, and why.
    return str(error) if isinstance(error, psycopg.OperationalError) else ""


POSTGRESQL = Dialect(
    errors=psycopg.Error,
    told=told,
    options=OPTIONS,
    prepare=prepare,
    migrating=migrating,
    room=room,
)
