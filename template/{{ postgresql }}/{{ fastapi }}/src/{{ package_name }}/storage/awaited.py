"""PostgreSQL by asyncpg, where `DATABASE_URL` names it: what it reports is made to mean the same.

https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.asyncpg
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi as Adapted
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

from .dialect import Dialect
from .postgresql import LIMITS, OPTIONS, migrating, room, watch

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


def prepare(engine: Engine) -> None:
    watch(engine, lambda connection: connection.is_closed())

    @event.listens_for(engine, "handle_error")
    def means(found: ExceptionContext) -> Exception | None:
        error = found.original_exception
        if isinstance(error, _UNANSWERED):
            found.is_disconnect = True
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
    options={
        **OPTIONS,
        "connect_args": {
            "async_creator_fn": connect,
            "timeout": 2,
            # A server that is there and says nothing: a little more than it has by itself.
            "command_timeout": 12,
            "server_settings": LIMITS,
        },
    },
    prepare=prepare,
    migrating=migrating,
    room=room,
)
