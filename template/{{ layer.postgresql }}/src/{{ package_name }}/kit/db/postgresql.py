"""PostgreSQL by psycopg 3, with a timeout for every wait."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from ..observability import redaction

DRIVER = ASYNC_DRIVER = "postgresql+psycopg"
AUTOCOMMIT: Mapping[str, Any] = {"isolation_level": "AUTOCOMMIT"}

# Settings of a session, https://www.postgresql.org/docs/current/runtime-config-client.html. A statement
# ends before a shutdown would end it (25 s), and an abandoned transaction releases its locks soon.
LIMITS: Final = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}

# Defaults for libpq, which the URL can override. The keepalives find an idle connection that a firewall
# has dropped. https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
PARAMETERS: Final[dict[str, Any]] = {
    "connect_timeout": 2,  # Seconds; libpq's minimum.
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # Milliseconds for which sent data may stay unacknowledged.
}

# A parameter of the kit, not of libpq: with PgBouncer in transaction mode, each transaction may get
# another connection of its pool. Session settings and prepared statements would stay with the old one.
# https://www.pgbouncer.org/features.html
POOLER: Final = "pgbouncer"

# The key of the advisory lock for migrations; any number that nothing else in the database uses.
_MIGRATION_LOCK: Final = 0x6D696772


def check_parameters(url: URL) -> str | None:
    """Return what is wrong with the parameters of a URL. libpq would report it per connection."""
    if url.query.get(POOLER, "true") not in ("true", "false"):
        return f"has a parameter that must be true or false: {POOLER}"
    try:
        make_conninfo(**dict.fromkeys(url.query.keys() - {POOLER}, ""))
    except psycopg.ProgrammingError as error:
        return f"has an unknown parameter: {str(error).strip()}"
    return None


def options(url: URL) -> dict[str, Any]:
    pooled = has_pooler(url)
    return {
        "url": url.difference_update_query([POOLER]),
        "connect_args": {
            **{name: value for name, value in PARAMETERS.items() if name not in url.query},
            **server_options(url),
            **({"prepare_threshold": None} if pooled else {}),
        },
        # Statements outside of transactions need no rollback.
        "skip_autocommit_rollback": True,
        "execution_options": {POOLER: pooled},
    }


def has_pooler(url: URL) -> bool:
    return url.query.get(POOLER) == "true"


def server_options(url: URL) -> dict[str, str]:
    """Return the limits and the options of the URL; the latter win."""
    limits = {} if has_pooler(url) else LIMITS
    options = [f"-c {name}={value}" for name, value in limits.items()]
    options.extend(url.normalized_query.get("options", ()))
    return {"options": " ".join(options)} if options else {}


def prepare(engine: Engine, response_timeout: float | None) -> None:
    # Before SQLAlchemy's own listener, which sends the first statements.
    @event.listens_for(engine, "connect", insert=True)
    def set_timeout(_: Any, record: ConnectionPoolEntry) -> None:
        # A server that hangs enforces no `statement_timeout`, and psycopg has no setting for this.
        driver: Any = record.driver_connection
        driver.wait = partial(driver.wait, timeout=response_timeout)

    @event.listens_for(engine, "handle_error")
    def close_after_timeout(context: ExceptionContext) -> None:
        if context.connection and not context.connection.invalidated:
            driver: Any = context.connection.connection.driver_connection
            if driver.pgconn.transaction_status == TransactionStatus.ACTIVE:
                context.is_disconnect = True

    @event.listens_for(engine, "checkout")
    def replace_lost(_: Any, record: ConnectionPoolEntry, __: Any) -> None:
        # `pool_pre_ping` would add a round trip to each request. This reads what the server has sent
        # to an idle connection without waiting: its last message, then the end.
        driver: Any = record.driver_connection
        try:
            driver.pgconn.consume_input()
            driver.pgconn.consume_input()
        except psycopg.OperationalError:
            raise DisconnectionError from None


@contextmanager
def migration_guard(connection: Connection) -> Iterator[None]:
    """Wait for other migrations, then lift the time limits, but the one on locks.

    A statement that waits for the lock of a table makes all later statements wait behind it. The
    advisory lock belongs to the session, since a migration may commit (`autocommit_block`), and ends
    with the connection. With a pooler, which keeps connections, it belongs to the transaction.
    """
    pooled = connection.get_execution_options()[POOLER]
    change, lock = ("SET LOCAL", "pg_advisory_xact_lock") if pooled else ("SET", "pg_advisory_lock")
    for name in LIMITS:
        connection.exec_driver_sql(f"{change} {name} = 0")
    connection.execute(text(f"SELECT {lock}(:key)"), {"key": _MIGRATION_LOCK})
    connection.exec_driver_sql(f"{change} lock_timeout = '{LIMITS['lock_timeout']}'")
    yield


def connection_limit(connection: Connection) -> int:
    """Return the number of connections for ordinary users."""
    statement = text("""
        SELECT sum(CASE name WHEN 'max_connections' THEN setting::int ELSE -setting::int END)
        FROM pg_settings
        WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')
    """)
    granted: int = connection.scalars(statement).one()
    return granted


def describe_error(error: BaseException) -> str | None:
    """Return the SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html."""
    if not isinstance(error, psycopg.Error):
        return None
    if error.sqlstate:
        name = error.diag.constraint_name or error.diag.column_name or ""
        return f"SQLSTATE {error.sqlstate} {name}".rstrip()
    # An error of libpq, which quotes no values: why there is no connection.
    return str(error) if isinstance(error, psycopg.OperationalError) else ""


redaction.DESCRIBERS.append(describe_error)
