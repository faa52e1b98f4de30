"""PostgreSQL by asyncpg, where `DATABASE_URL` names it: what it reports is made to mean the same.

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
from .dialect import Dialect
from .libpq import POOLER, has_pooler, server_options
from .postgresql import OPTIONS, PING_TIMEOUT, expect_limits, migrating, room, watch

# The classes of codes that psycopg, too, calls operational: a connection, a lock or a server that
# is not there. https://www.postgresql.org/docs/current/errcodes-appendix.html
_OPERATIONAL = ("08", "40", "53", "55", "57", "58")
# What is raised as it is, not by way of the adapter: no connection, or no answer in time.
_UNANSWERED = (OSError, TimeoutError)


async def connect(*given: Any, **named: Any) -> Any:
    """Connect; say in the adapter's words that it could not be done."""
    asyncpg = import_module("asyncpg")
    try:
        return await asyncpg.connect(*given, **named)
    except (*_UNANSWERED, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Adapted.OperationalError(str(error), error) from error  # type: ignore[no-untyped-call]


# What asyncpg takes of what libpq knows.
# https://magicstack.github.io/asyncpg/current/api/index.html#connection
_KNOWN: Final = frozenset(
    ("application_name", "connect_timeout", "host", "options", "passfile", "password", "port")
    + ("sslcert", "sslcrl", "sslkey", "sslmode", "sslpassword", "sslrootcert")
    + ("ssl_max_protocol_version", "ssl_min_protocol_version", "target_session_attrs", "user")
)
# What SQLAlchemy makes arguments of; asyncpg reads the others in a URL.
_PLACES: Final = ("host", "port")


def options(url: URL) -> dict[str, Any]:
    given = {name: value for name, value in url.query.items() if name not in (*_PLACES, POOLER)}
    timeout = url.query.get("connect_timeout", libpq.PARAMETERS["connect_timeout"])
    read = {name: given[name] for name in given if name not in ("connect_timeout", "options")}
    pooled: dict[str, Any] = {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": str,  # Without a name.
    }
    return {
        **OPTIONS,
        "url": url.difference_update_query(given),
        "connect_args": {
            "async_creator_fn": connect,
            "dsn": URL.create("postgresql", query=read).render_as_string(),
            "timeout": float(timeout),
            "server_settings": server_options(url),
            **(pooled if has_pooler(url) else {}),
        },
    }


def check_parameters(url: URL) -> str | None:
    if unsupported := url.query.keys() - _KNOWN - {POOLER}:
        return f"has a parameter that asyncpg does not take: {min(unsupported)}"
    return libpq.check_parameters(url)


def prepare(engine: Engine, response_timeout: float) -> None:
    @event.listens_for(engine, "do_connect")
    def limit(_: Any, __: Any, ___: Any, named: dict[str, Any]) -> None:
        named.pop(POOLER, None)
        named["command_timeout"] = response_timeout

    def ping(driver: Any, _: Any) -> None:
        try:
            await_only(driver.execute("", timeout=PING_TIMEOUT))
        except TimeoutError:
            _terminate(driver)
            raise

    watch(engine, lambda connection: connection.is_closed(), ping)
    expect_limits(engine)

    @event.listens_for(engine, "handle_error")
    def means(found: ExceptionContext) -> Exception | None:
        error = found.original_exception
        if isinstance(error, _UNANSWERED):
            found.is_disconnect = True
            if found.connection and not found.connection.invalidated:
                # It would be asked to close itself.
                _terminate(found.connection.connection.driver_connection)
        elif not (_code(error) or "").startswith(_OPERATIONAL):
            return None
        return OperationalError(found.statement, None, error, hide_parameters=True)


def told(error: BaseException) -> str:
    """Return the code, and what it is about."""
    cause = error.__cause__ if isinstance(error, Adapted.Error) else error
    if isinstance(cause, _UNANSWERED):
        return f"{type(cause).__name__}: {cause}"
    about = getattr(cause, "constraint_name", None) or getattr(cause, "column_name", None) or ""
    code = _code(error)
    return f"{type(cause).__name__} SQLSTATE {code} {about}".rstrip() if code else ""


def _terminate(driver: Any) -> None:
    driver.terminate()


def _code(error: BaseException) -> str | None:
    code: str | None = getattr(error, "sqlstate", None)
    return code


def _errors() -> tuple[type[Exception], ...]:
    """Return what the adapter raises, and what it wraps where asyncpg is there."""
    if not find_spec("asyncpg"):
        return (Adapted.Error,)
    asyncpg = import_module("asyncpg")
    return (Adapted.Error, asyncpg.PostgresError, asyncpg.InterfaceError)


ASYNCPG: Final = Dialect(
    errors=_errors(),
    told=told,
    options=options,
    check_parameters=check_parameters,
    prepare=prepare,
    migrating=migrating,
    room=room,
)
