"""Creates engines; the blocking and the asyncio one share their options."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ..errors import Invalid, Unavailable
from .backend import Backend
from .backends import BACKENDS, BLOCKING
from .redaction import describe_error

log = structlog.stdlib.get_logger(__name__)

# Seconds to wait for a response: longer than the server's own limit for a statement. A server that
# hangs enforces no limit.
RESPONSE_TIMEOUT: Final = 12.0
# The same for `/readyz`.
PROBE_TIMEOUT: Final = 2.0


def open_engine(
    url: str, pool_size: int = 1, *, response_timeout: float = RESPONSE_TIMEOUT
) -> Engine:
    """Return a blocking engine for `url`. It connects when it is first used."""
    parsed = make_url(url)
    parsed = parsed.set(drivername=BLOCKING.get(parsed.drivername, parsed.drivername))
    engine = create_engine(**options(parsed, pool_size))
    prepare(engine, response_timeout)
    return engine


def options(url: URL, pool_size: int) -> dict[str, Any]:
    """Return the arguments for an engine of either kind."""
    return {
        "url": url,
        # Keeps parameters of statements out of errors, and so out of the log.
        "hide_parameters": True,
        # No overflow: the server's connections are counted. Fail fast when the pool is exhausted.
        "pool_size": pool_size,
        "max_overflow": 0,
        "pool_timeout": 2,
        **_backend(url).options(url),
    }


def prepare(engine: Engine, response_timeout: float = RESPONSE_TIMEOUT) -> None:
    """Apply what the database system needs to an engine."""
    _backend(engine.url).prepare(engine, response_timeout)


def autocommit(engine: Engine) -> Engine:
    """Return `engine`, on the same pool, for statements outside of transactions."""
    return engine.execution_options(**_backend(engine.url).autocommit)


def _backend(url: URL) -> Backend:
    return BACKENDS.get(url.drivername) or BACKENDS[url.get_backend_name()]


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise `Unavailable` if the database does not respond, `Invalid` if it refuses a value."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        if _is_data_error(error):
            log.warning("value refused by the database", reason=describe_error(error))
            raise Invalid("A value cannot be stored.") from error
        if not error.connection_invalidated:
            raise
        raise _unavailable(error) from error


def _is_data_error(error: DBAPIError) -> bool:
    """Whether a value is at fault: NUL in a text, a number out of range (SQLSTATE 22xxx)."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return isinstance(error, DataError) or state.startswith("22")


def _unavailable(error: Exception) -> Unavailable:
    log.warning("database unavailable", reason=describe_error(error) or str(error))
    return Unavailable("The database does not respond.")
