"""Commands of the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ..errors import Unavailable
from . import migrate as schema
from .engine import backend_of, open_engine, translate_errors
from .settings import DatabaseSettings

P = ParamSpec("P")
R = TypeVar("R")


def prepare(settings: DatabaseSettings) -> None:
    """Before `serve`: migrate in development, and compare pools with the server's connections."""
    if not settings.is_production:
        migrate(settings)
    # The server may start before its database does; `/readyz` reports it.
    with suppress(OperationalError), connect(settings) as connection:
        check_pools(connection, settings)


def migrate(settings: DatabaseSettings) -> None:
    """Migrate the database to the schema of this code. Run it once per release, before `serve`."""
    with _describe_errors(settings):
        schema.migrate(settings.database_url)


def check(settings: DatabaseSettings) -> None:
    """Raise `Unavailable` unless the database is ready."""
    with _describe_errors(settings), connect(settings) as connection:
        check_pools(connection, settings)
        schema.check(Session(connection))


def check_pools(connection: Connection, settings: DatabaseSettings) -> None:
    """Raise `Unavailable` if the server grants fewer connections than the pools may open."""
    granted = backend_of(connection.engine.url).connection_limit(connection)
    if granted is not None and settings.max_connections > granted:
        raise Unavailable(
            f"(POOL_SIZE + 1) x WEB_CONCURRENCY may open {settings.max_connections} connections,"
            f" but the database grants {granted}. Lower one of them, or raise max_connections."
        )


def run(
    settings: DatabaseSettings,
    service: Callable[Concatenate[Session, P], R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Call a service in a transaction, for a command."""
    with (
        translate_errors(),
        connect(settings) as connection,
        Session(connection) as session,
        session.begin(),
    ):
        schema.check(session)
        return service(session, *args, **kwargs)


COMMANDS: Final = {"migrate": migrate}


@contextmanager
def connect(settings: DatabaseSettings) -> Iterator[Connection]:
    """Open one connection, for a command."""
    engine = open_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _describe_errors(settings: DatabaseSettings) -> Iterator[None]:
    """Name the database, without its password, in the errors of its driver."""
    try:
        yield
    except OperationalError as error:
        raise Unavailable(f"{make_url(settings.database_url)}: {error.orig}") from error
