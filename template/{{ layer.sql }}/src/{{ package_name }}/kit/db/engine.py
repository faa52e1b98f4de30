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
from .backends import BACKENDS
from .redaction import describe_error

log = structlog.stdlib.get_logger(__name__)

# Seconds to wait for a response: longer than the server's own limit for a statement. A server that
# hangs enforces no limit.
RESPONSE_TIMEOUT: Final = 12.0
# The same for `/readyz`.
PROBE_TIMEOUT: Final = 1.5

_UNAVAILABLE: Final = (OperationalError, InterfaceError, PoolTimeoutError)


def backend_of(url: URL) -> Backend:
    return BACKENDS[url.get_backend_name()]


def open_engine(
    url: str, pool_size: int = 1, *, response_timeout: float | None = RESPONSE_TIMEOUT
) -> Engine:
    """Return a blocking engine for `url`. It connects when it is first used."""
    parsed = make_url(url)
    backend = backend_of(parsed)
    engine = create_engine(**options(parsed.set(drivername=backend.DRIVER), pool_size))
    backend.prepare(engine, response_timeout)
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
        **backend_of(url).options(url),
    }


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise `Unavailable` if the database does not respond, `Invalid` if it refuses a value."""
    try:
        yield
    except DataError as error:  # NUL in a text, a number out of range.
        log.warning("value refused by the database", reason=describe_error(error))
        raise Invalid("A value cannot be stored.") from error
    except (DBAPIError, PoolTimeoutError) as error:
        if not (isinstance(error, _UNAVAILABLE) or error.connection_invalidated):
            raise
        log.warning("database unavailable", reason=describe_error(error) or str(error))
        raise Unavailable("The database does not respond.") from error
