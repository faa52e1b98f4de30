"""PostgreSQL by psycopg 3, with a timeout for every wait."""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import time
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from .backend import Backend
from .libpq import LIMITS, PARAMETERS, POOLER, check_parameters, has_pooler, server_options

# The key of the advisory lock for migrations; any number that nothing else in the database uses.
_MIGRATION_LOCK = 0x6D696772

# Seconds after its last use for which a connection is assumed to be alive.
TRUSTED: Final = 1.0
# Seconds for the ping of a connection that was idle for longer; then it is replaced.
PING_TIMEOUT: Final = 1.0

OPTIONS: Final[dict[str, Any]] = {
    # A ping before each use would be a round trip to the server: see `replace_lost_connections`.
    "pool_pre_ping": False,
    # Statements outside of transactions need no rollback.
    "skip_autocommit_rollback": True,
}


def options(url: URL) -> dict[str, Any]:
    return {
        **OPTIONS,
        "connect_args": {
            **{name: value for name, value in PARAMETERS.items() if name not in url.query},
            **server_options(url),
            **({"prepare_threshold": None} if has_pooler(url) else {}),
        },
    }


class _Connection(psycopg.Connection[Any]):
    """Closes itself if a response takes too long: a server that hangs enforces no `statement_timeout`."""

    response_timeout: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(
                gen, interval, self.response_timeout if timeout is None else timeout
            )
        except psycopg.OperationalError:
            if _is_waiting(self):
                self.close()
            raise


class _AsyncConnection(psycopg.AsyncConnection[Any]):
    """The same for asyncio."""

    response_timeout: float | None = None

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return await super().wait(
                gen, interval, self.response_timeout if timeout is None else timeout
            )
        except psycopg.OperationalError:
            if _is_waiting(self):
                await self.close()
            raise


def _set_timeout(driver: Any, seconds: float | None) -> None:
    driver.response_timeout = seconds


def _is_waiting(connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> bool:
    """Whether a statement has no response yet."""
    return connection.pgconn.transaction_status == TransactionStatus.ACTIVE


def replace_lost_connections(
    engine: Engine, is_lost: Callable[[Any], bool], ping: Callable[[Any, Any], object]
) -> None:
    """Replace connections that were lost while they were idle, before they are used.

    A server that stops closes its connections, which `is_lost` detects without a round trip. A
    firewall may drop one silently, so `ping` checks a connection that was idle for long.
    """

    @event.listens_for(engine, "checkin")
    def checkin(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time()

    @event.listens_for(engine, "checkout")
    def checkout(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        since = record.info.get("idle_since")
        if since is None:  # A new connection.
            return
        # Wall-clock time: the monotonic clock stops while a machine sleeps.
        trusted = 0 <= time() - since < TRUSTED
        driver = record.driver_connection
        try:
            if is_lost(driver):
                raise InvalidatePoolError
            if not trusted:
                ping(driver, connection)
        except (engine.dialect.loaded_dbapi.Error, OSError, TimeoutError):
            raise InvalidatePoolError from None


def require_session_settings(engine: Engine) -> None:
    """Refuse a connection that drops `LIMITS`: a pooler would mix up prepared statements, too."""
    if has_pooler(engine.url) or "options" in engine.url.query:
        return

    @event.listens_for(engine, "first_connect")
    def check(connection: Any, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("SHOW lock_timeout")
        [limit] = cursor.fetchone()
        cursor.close()
        if limit == "0":
            raise engine.dialect.loaded_dbapi.OperationalError(
                "Append ?pgbouncer=true to DATABASE_URL: a pooler drops the time limits."
            )


def is_readable(socket: int) -> bool:
    """Whether a socket has data to read."""
    if not hasattr(select, "poll"):  # Windows. Elsewhere, select() is limited to 1,024 files.
        return bool(select.select([socket], [], [], 0)[0])
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def is_lost(connection: Any) -> bool:
    """Whether the server has closed an idle connection; only then does it become readable."""
    return bool(connection.closed or is_readable(connection.fileno()))


def prepare(engine: Engine, response_timeout: float) -> None:
    async def connect_async(*args: Any, **kwargs: Any) -> _AsyncConnection:
        driver = await _AsyncConnection.connect(*args, **kwargs)
        _set_timeout(driver, response_timeout)
        return driver

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        kwargs.pop(POOLER, None)
        if dialect.is_async:
            kwargs["async_creator_fn"] = connect_async
            return None  # SQLAlchemy connects.
        driver = _Connection.connect(*args, **kwargs)
        _set_timeout(driver, response_timeout)
        return driver

    def ping(driver: Any, connection: Any) -> None:
        _set_timeout(driver, PING_TIMEOUT)
        engine.dialect.do_ping(connection)
        _set_timeout(driver, response_timeout)

    replace_lost_connections(engine, is_lost, ping)
    require_session_settings(engine)


@contextmanager
def migration_guard(connection: Connection) -> Iterator[None]:
    """Wait for other migrations, then lift the time limits, but the one on locks.

    A statement that waits for the lock of a table makes all later statements wait behind it. The
    advisory lock belongs to the session, since a migration may commit (`autocommit_block`), and ends
    with the connection. With a pooler, which keeps connections, it belongs to the transaction.
    """
    _set_timeout(connection.connection.driver_connection, None)
    pooled = has_pooler(connection.engine.url)
    change, lock = ("SET LOCAL", "pg_advisory_xact_lock") if pooled else ("SET", "pg_advisory_lock")
    for name in LIMITS:
        connection.exec_driver_sql(f"{change} {name} = 0")
    connection.execute(text(f"SELECT {lock}(:key)"), {"key": _MIGRATION_LOCK})
    connection.exec_driver_sql(f"{change} lock_timeout = '{LIMITS['lock_timeout']}'")
    yield


def connection_limit(connection: Connection) -> int:
    """Return the number of connections for ordinary users."""
    settings = ["superuser_reserved_connections", "reserved_connections"]
    reserved = " - ".join(
        f"coalesce(current_setting('{name}', true), '0')::int" for name in settings
    )
    statement = text(f"SELECT current_setting('max_connections')::int - {reserved}")
    granted: int = connection.scalars(statement).one()
    return granted


def describe_error(error: psycopg.Error) -> str:
    """Return the SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html."""
    if error.sqlstate:
        name = error.diag.constraint_name or error.diag.column_name or ""
        return f"SQLSTATE {error.sqlstate} {name}".rstrip()
    # An error of libpq, which quotes no values: why there is no connection.
    return str(error) if isinstance(error, psycopg.OperationalError) else ""


POSTGRESQL = Backend(
    errors=psycopg.Error,
    describe_error=describe_error,
    options=options,
    check_parameters=check_parameters,
    prepare=prepare,
    migration_guard=migration_guard,
    connection_limit=connection_limit,
)
