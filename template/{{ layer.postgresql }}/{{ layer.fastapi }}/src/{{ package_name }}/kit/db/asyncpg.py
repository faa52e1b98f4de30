"""PostgreSQL by asyncpg, if `DATABASE_URL` names it, with the same errors as psycopg.

https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.asyncpg
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi as Adapted
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import await_only

from . import libpq
from .backend import Backend
from .libpq import POOLER, has_pooler, server_options
from .postgresql import (
    OPTIONS,
    PING_TIMEOUT,
    connection_limit,
    migration_guard,
    replace_lost_connections,
    require_session_settings,
)

# The SQLSTATE classes that psycopg calls operational: a connection, a lock or a server is missing. https://www.postgresql.org/docs/current/errcodes-appendix.html
_OPERATIONAL = ("08", "40", "53", "55", "57", "58")
# Exceptions that bypass SQLAlchemy's adapter: no connection, or no response in time.
_NO_RESPONSE = (OSError, TimeoutError)


async def connect(*args: Any, **kwargs: Any) -> Any:
    """Connect; raise errors as SQLAlchemy's adapter does."""
    asyncpg = import_module("asyncpg")
    try:
        return await asyncpg.connect(*args, **kwargs)
    except (*_NO_RESPONSE, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Adapted.OperationalError(str(error), error) from error  # type: ignore[no-untyped-call]


# The parameters of libpq that asyncpg supports.
# https://magicstack.github.io/asyncpg/current/api/index.html#connection
_SUPPORTED: Final = frozenset(
    ("application_name", "connect_timeout", "host", "options", "passfile", "password", "port")
    + ("sslcert", "sslcrl", "sslkey", "sslmode", "sslpassword", "sslrootcert")
    + ("ssl_max_protocol_version", "ssl_min_protocol_version", "target_session_attrs", "user")
)
# SQLAlchemy passes these as arguments; asyncpg reads the others from a URL.
_ARGUMENTS: Final = ("host", "port")


def options(url: URL) -> dict[str, Any]:
    query = {name: value for name, value in url.query.items() if name not in (*_ARGUMENTS, POOLER)}
    timeout = url.query.get("connect_timeout", libpq.PARAMETERS["connect_timeout"])
    dsn_query = {name: query[name] for name in query if name not in ("connect_timeout", "options")}
    pooled: dict[str, Any] = {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": str,  # Without a name.
    }
    return {
        **OPTIONS,
        "url": url.difference_update_query(query),
        "connect_args": {
            "async_creator_fn": connect,
            "dsn": URL.create("postgresql", query=dsn_query).render_as_string(),
            "timeout": float(str(timeout)),
            "server_settings": server_options(url),
            **(pooled if has_pooler(url) else {}),
        },
    }


def check_parameters(url: URL) -> str | None:
    if unsupported := url.query.keys() - _SUPPORTED - {POOLER}:
        return f"has a parameter that asyncpg lacks: {min(unsupported)}"
    return libpq.check_parameters(url)


def prepare(engine: Engine, response_timeout: float) -> None:
    @event.listens_for(engine, "do_connect")
    def set_timeout(_: Any, __: Any, ___: Any, kwargs: dict[str, Any]) -> None:
        kwargs.pop(POOLER, None)
        kwargs["command_timeout"] = response_timeout

    def ping(driver: Any, _: Any) -> None:
        try:
            await_only(driver.execute("", timeout=PING_TIMEOUT))
        except TimeoutError:
            _terminate(driver)
            raise

    replace_lost_connections(engine, lambda connection: connection.is_closed(), ping)
    require_session_settings(engine)

    @event.listens_for(engine, "handle_error")
    def translate(context: ExceptionContext) -> Exception | None:
        error = context.original_exception
        if isinstance(error, _NO_RESPONSE):
            context.is_disconnect = True
            if context.connection and not context.connection.invalidated:
                # A graceful close would wait for the server.
                _terminate(context.connection.connection.driver_connection)
        elif not (_code(error) or "").startswith(_OPERATIONAL):
            return None
        return OperationalError(context.statement, None, error, hide_parameters=True)


def describe_error(error: BaseException) -> str:
    """Return the SQLSTATE and the name of the constraint or column."""
    cause = error.__cause__ if isinstance(error, Adapted.Error) else error
    if isinstance(cause, _NO_RESPONSE):
        return f"{type(cause).__name__}: {cause}"
    name = getattr(cause, "constraint_name", None) or getattr(cause, "column_name", None) or ""
    code = _code(error)
    return f"{type(cause).__name__} SQLSTATE {code} {name}".rstrip() if code else ""


def _terminate(driver: Any) -> None:
    driver.terminate()


def _code(error: BaseException) -> str | None:
    code: str | None = getattr(error, "sqlstate", None)
    return code


def _errors() -> tuple[type[Exception], ...]:
    """Return the exceptions of the adapter and, if it is installed, of asyncpg."""
    if not find_spec("asyncpg"):
        return (Adapted.Error,)
    asyncpg = import_module("asyncpg")
    return (Adapted.Error, asyncpg.PostgresError, asyncpg.InterfaceError)


ASYNCPG: Final = Backend(
    errors=_errors(),
    describe_error=describe_error,
    options=options,
    check_parameters=check_parameters,
    prepare=prepare,
    migration_guard=migration_guard,
    connection_limit=connection_limit,
)
