"""PostgreSQL by psycopg 3: limits for everything that could wait for ever."""

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

from .dialect import Dialect
from .libpq import LIMITS, PARAMETERS, POOLER, check_parameters, has_pooler, server_options

# Any number, as long as nothing else in this database takes it as well.
_MIGRATION = 0x6D696772

# Seconds for which a connection that was just used is taken to be reachable still.
TRUSTED: Final = 1.0
# Seconds for the answer of one that was idle for longer; without it, the connection is replaced.
PING_TIMEOUT: Final = 1.0

OPTIONS: Final[dict[str, Any]] = {
    # Not asked before each use, which is a round trip to the server: see `watch`.
    "pool_pre_ping": False,
    # What stands alone leaves nothing to take back.
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


class _Blocking(psycopg.Connection[Any]):
    """Ends itself where an answer takes too long: `statement_timeout` needs a server that runs."""

    response_timeout: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(
                gen, interval, self.response_timeout if timeout is None else timeout
            )
        except psycopg.OperationalError:
            if _waits(self):
                self.close()
            raise


class _Awaited(psycopg.AsyncConnection[Any]):
    """The same for asyncio."""

    response_timeout: float | None = None

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return await super().wait(
                gen, interval, self.response_timeout if timeout is None else timeout
            )
        except psycopg.OperationalError:
            if _waits(self):
                await self.close()
            raise


def _limit(driver: Any, seconds: float | None) -> None:
    driver.response_timeout = seconds


def _waits(connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> bool:
    """Say whether the answer to a statement has not come yet."""
    return connection.pgconn.transaction_status == TransactionStatus.ACTIVE


def watch(
    engine: Engine, is_lost: Callable[[Any], bool], ping: Callable[[Any, Any], object]
) -> None:
    """Replace connections that were lost while they were idle, before they are used.

    A server that has ended has said so to every connection, which `is_lost` sees without a trip to
    it. Whoever stands in between may have forgotten one in silence: what was idle for a while is
    asked by `ping`.
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
        driver = record.driver_connection
        try:
            if is_lost(driver):
                raise InvalidatePoolError
            if not trusted:
                ping(driver, connection)
        except (engine.dialect.loaded_dbapi.Error, OSError, TimeoutError):
            raise InvalidatePoolError from None


def expect_limits(engine: Engine) -> None:
    """Refuse a server that drops them: a pooler would mix up prepared statements as well."""
    if has_pooler(engine.url) or "options" in engine.url.query:
        return

    @event.listens_for(engine, "first_connect")
    def check(connection: Any, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("SHOW lock_timeout")
        [found] = cursor.fetchone()
        cursor.close()
        if found == "0":
            raise engine.dialect.loaded_dbapi.OperationalError(
                "A pooler drops the time limits: append ?pgbouncer=true to DATABASE_URL."
            )


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


def prepare(engine: Engine, response_timeout: float) -> None:
    async def awaited(*given: Any, **named: Any) -> _Awaited:
        driver = await _Awaited.connect(*given, **named)
        _limit(driver, response_timeout)
        return driver

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _: Any, given: list[Any], named: dict[str, Any]) -> Any:
        named.pop(POOLER, None)
        if dialect.is_async:
            named["async_creator_fn"] = awaited
            return None  # SQLAlchemy goes on.
        driver = _Blocking.connect(*given, **named)
        _limit(driver, response_timeout)
        return driver

    def ping(driver: Any, connection: Any) -> None:
        _limit(driver, PING_TIMEOUT)
        engine.dialect.do_ping(connection)
        _limit(driver, response_timeout)

    watch(engine, is_lost, ping)
    expect_limits(engine)


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """Wait for another migration, however long it takes; then work without a time limit.

    The limit on locks comes back: a statement that waits for a table makes all others wait behind it.
    The lock is the session's, since a migration may commit on its way (`autocommit_block`). It is
    released when the connection is closed. A pooler would keep that open, with all of this.
    """
    _limit(connection.connection.driver_connection, None)
    pooled = has_pooler(connection.engine.url)
    change, lock = ("SET LOCAL", "pg_advisory_xact_lock") if pooled else ("SET", "pg_advisory_lock")
    for name in LIMITS:
        connection.exec_driver_sql(f"{change} {name} = 0")
    connection.execute(text(f"SELECT {lock}(:key)"), {"key": _MIGRATION})
    connection.exec_driver_sql(f"{change} lock_timeout = '{LIMITS['lock_timeout']}'")
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
    options=options,
    check_parameters=check_parameters,
    prepare=prepare,
    migrating=migrating,
    room=room,
)
