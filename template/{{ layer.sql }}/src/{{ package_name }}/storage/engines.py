"""Opens the database; what the blocking and the asyncio engine have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ..core.errors import Invalid, Unavailable
from .dialect import Dialect
from .dialects import BLOCKING, DIALECTS
from .faults import told
from .statements import observe

log = structlog.stdlib.get_logger(__name__)

# Seconds for one answer of the server: more than it gives a statement. A server that hangs ends
# nothing by itself.
RESPONSE_TIMEOUT: Final = 12.0
# The same for `/readyz`.
PROBE_TIMEOUT: Final = 2.0


def open_engine(
    url: str, pool_size: int = 1, *, response_timeout: float = RESPONSE_TIMEOUT
) -> Engine:
    """Return a blocking engine for `url`. Nothing is connected before it is used."""
    found = make_url(url)
    found = found.set(drivername=BLOCKING.get(found.drivername, found.drivername))
    engine = create_engine(**options(found, pool_size))
    prepare(engine, response_timeout)
    return engine


def options(url: URL, pool_size: int) -> dict[str, Any]:
    """Return the arguments of an engine, of either kind."""
    return {
        "url": url,
        # What a statement was given stays out of errors, and so out of the log.
        "hide_parameters": True,
        # So many and no more: the server's connections are counted. Who finds none free is
        # told so while he still listens.
        "pool_size": pool_size,
        "max_overflow": 0,
        "pool_timeout": 2,
        **_dialect(url).options(url),
    }


def prepare(engine: Engine, response_timeout: float = RESPONSE_TIMEOUT) -> None:
    """Do to an engine what its kind of database needs."""
    observe(engine)
    _dialect(engine.url).prepare(engine, response_timeout)


def reading(engine: Engine) -> Engine:
    """Return `engine`, on the same connections, for statements of which each stands alone."""
    return engine.execution_options(**_dialect(engine.url).reading)


def _dialect(url: URL) -> Dialect:
    return DIALECTS.get(url.drivername) or DIALECTS[url.get_backend_name()]


@contextmanager
def available() -> Iterator[None]:
    """Say that the database does not answer, in the words of the core."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        if _is_of_data(error):
            log.warning("value refused by the database", reason=told(error))
            raise Invalid("A value cannot be stored.") from error
        if not error.connection_invalidated:
            raise
        raise _unavailable(error) from error


def _is_of_data(error: DBAPIError) -> bool:
    """Whether a value is at fault: NUL in a text, a number out of range (SQLSTATE 22xxx)."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return isinstance(error, DataError) or state.startswith("22")


def _unavailable(error: Exception) -> Unavailable:
    log.warning("database unavailable", reason=told(error) or str(error))
    return Unavailable("The database does not answer.")
