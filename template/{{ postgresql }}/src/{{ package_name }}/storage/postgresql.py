"""PostgreSQL by psycopg 3: limits for everything that could wait for ever."""

from typing import Any, Final

import psycopg
from sqlalchemy import Connection, text

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

OPTIONS: Final[dict[str, Any]] = {
    # Asks each connection whether it is alive before it is used: one round trip to the server for
    # each transaction. Cheaper ways, such as an age limit, let the first requests after a restart
    # of the server fail, one for each connection in the pool.
    "pool_pre_ping": True,
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


def lock(connection: Connection) -> None:
    """Wait for another migration, however long it takes; then work without a time limit.

    The limit on locks comes back: whoever waits for a table makes all others wait behind him.
    """
    for name in LIMITS:
        connection.exec_driver_sql(f"SET LOCAL {name} = 0")
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION})
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LIMITS['lock_timeout']}'")


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


POSTGRESQL = Dialect(errors=psycopg.Error, told=told, options=OPTIONS, lock=lock, room=room)
