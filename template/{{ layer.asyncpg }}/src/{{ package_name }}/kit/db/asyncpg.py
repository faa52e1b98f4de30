"""PostgreSQL by asyncpg for FastAPI; by psycopg, with the same errors, for all else.

https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.asyncpg
"""

from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi as Adapted
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DataError, DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from ..observability import redaction
from . import postgresql
from .postgresql import PARAMETERS, POOLER, has_pooler, server_options

DRIVER = postgresql.DRIVER
ASYNC_DRIVER = "postgresql+asyncpg"
AUTOCOMMIT = postgresql.AUTOCOMMIT
connection_limit = postgresql.connection_limit
migration_guard = postgresql.migration_guard

# The SQLSTATE classes that psycopg calls operational: a connection, a lock or a server is missing. https://www.postgresql.org/docs/current/errcodes-appendix.html
_OPERATIONAL: Final = ("08", "40", "53", "55", "57", "58")
# Exceptions that bypass SQLAlchemy's adapter: no connection, or no response in time.
_NO_RESPONSE: Final = (OSError, TimeoutError)
_ASYNCPG: Final = (asyncpg.PostgresError, asyncpg.InterfaceError)
_ERRORS: Final = (Adapted.Error, *_ASYNCPG)

# The parameters of libpq that asyncpg supports.
# https://magicstack.github.io/asyncpg/current/api/index.html#connection
_SUPPORTED: Final = frozenset(
    ("application_name", "connect_timeout", "host", "options", "passfile", "password", "port")
    + ("sslcert", "sslcrl", "sslkey", "sslmode", "sslpassword", "sslrootcert")
    + ("ssl_max_protocol_version", "ssl_min_protocol_version", "target_session_attrs", "user")
)
# SQLAlchemy passes these as arguments; asyncpg reads the others from a URL.
_ARGUMENTS: Final = ("host", "port")


async def connect(*args: Any, **kwargs: Any) -> Any:
    """Connect; raise errors as SQLAlchemy's adapter does."""
    try:
        return await asyncpg.connect(*args, **kwargs)
    except (*_NO_RESPONSE, *_ASYNCPG) as error:
        raise Adapted.OperationalError(str(error), error) from error  # type: ignore[no-untyped-call]


def check_parameters(url: URL) -> str | None:
    """Return what is wrong with the parameters of a URL, which serves both drivers."""
    if unsupported := url.query.keys() - _SUPPORTED - {POOLER}:
        return f"has a parameter that asyncpg lacks: {min(unsupported)}"
    return postgresql.check_parameters(url)


def options(url: URL) -> dict[str, Any]:
    if url.drivername != ASYNC_DRIVER:
        return postgresql.options(url)
    query = {name: value for name, value in url.query.items() if name not in (*_ARGUMENTS, POOLER)}
    timeout = url.query.get("connect_timeout", PARAMETERS["connect_timeout"])
    dsn_query = {name: query[name] for name in query if name not in ("connect_timeout", "options")}
    pooled: dict[str, Any] = {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": str,  # Without a name.
    }
    return {
        "url": url.difference_update_query([*query, POOLER]),
        "connect_args": {
            "async_creator_fn": connect,
            "dsn": URL.create("postgresql", query=dsn_query).render_as_string(),
            "timeout": float(str(timeout)),
            "server_settings": server_options(url),
            **(pooled if has_pooler(url) else {}),
        },
        # Statements outside of transactions need no rollback.
        "skip_autocommit_rollback": True,
    }


def prepare(engine: Engine, response_timeout: float | None) -> None:
    if not engine.dialect.is_async:
        postgresql.prepare(engine, response_timeout)
        return

    @event.listens_for(engine, "do_connect")
    def set_timeout(_: Any, __: Any, ___: Any, kwargs: dict[str, Any]) -> None:
        kwargs["command_timeout"] = response_timeout

    @event.listens_for(engine, "checkout")
    def replace_lost(_: Any, record: ConnectionPoolEntry, __: Any) -> None:
        driver: Any = record.driver_connection
        if driver.is_closed():
            raise DisconnectionError

    @event.listens_for(engine, "handle_error")
    def translate(context: ExceptionContext) -> Exception | None:
        error = context.original_exception
        code = _code(error)
        if isinstance(error, _NO_RESPONSE):
            context.is_disconnect = True
            if context.connection and not context.connection.invalidated:
                # A graceful close would wait for the server.
                driver: Any = context.connection.connection.driver_connection
                driver.terminate()
        elif code.startswith("22"):
            return DataError(context.statement, None, error, hide_parameters=True)
        elif not code.startswith(_OPERATIONAL):
            return None
        return OperationalError(context.statement, None, error, hide_parameters=True)


def describe_error(error: BaseException) -> str | None:
    """Return the SQLSTATE and the name of the constraint or column."""
    if not isinstance(error, _ERRORS):
        return None
    cause = error.__cause__ if isinstance(error, Adapted.Error) else error
    if isinstance(cause, _NO_RESPONSE):
        return f"{type(cause).__name__}: {cause}"
    name = getattr(cause, "constraint_name", None) or getattr(cause, "column_name", None) or ""
    code = _code(error)
    return f"{type(cause).__name__} SQLSTATE {code} {name}".rstrip() if code else ""


def _code(error: BaseException) -> str:
    return getattr(error, "sqlstate", None) or ""


redaction.DESCRIBERS.append(describe_error)
