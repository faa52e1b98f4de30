"""Opens the database; what the blocking and the asyncio engine have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ..core.errors import Unavailable
from .dialects import DIALECTS
from .faults import told
from .statements import observe

log = structlog.stdlib.get_logger(__name__)


def open_engine(url: str, pool_size: int = 1) -> Engine:
    """Return a blocking engine for `url`. Nothing is connected before it is used."""
    engine = create_engine(url, **options(url, pool_size))
    prepare(engine)
    return engine


def options(url: str, pool_size: int) -> dict[str, Any]:
    """Return the options of an engine, of either kind."""
    return {
        # What a statement was given stays out of errors, and so out of the log.
        "hide_parameters": True,
        # So many and no more: the server's connections are counted. Who finds none free is
        # told so while he still listens.
        "pool_size": pool_size,
        "max_overflow": 0,
        "pool_timeout": 2,
        **DIALECTS[make_url(url).get_backend_name()].options,
    }


def prepare(engine: Engine) -> None:
    """Do to an engine what its kind of database needs."""
    observe(engine)
    DIALECTS[engine.dialect.name].prepare(engine)


@contextmanager
def available() -> Iterator[None]:
    """Say that the database does not answer, in the words of the core."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> Unavailable:
    log.warning("database unavailable", reason=told(error) or str(error))
    return Unavailable("The database does not answer.")
