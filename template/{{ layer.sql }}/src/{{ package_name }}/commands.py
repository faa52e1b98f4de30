"""What the command line can do."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from . import server
from .core.errors import Unavailable
from .services import health
from .settings import Settings
from .storage import capacity, schema
from .storage.engines import open_engine


def serve(settings: Settings) -> None:
    """Answer requests until told to stop. In development, bring the database up to date first."""
    if settings.environment == "development":
        migrate(settings)
    # It may start before its database does: `/readyz` says so then.
    with suppress(OperationalError), _connected(settings) as connection:
        capacity.check(connection, settings)
    server.serve(settings)


def migrate(settings: Settings) -> None:
    """Bring the database to the schema of this code. Run once per release, before `serve`."""
    with _one_sentence(settings):
        schema.migrate(settings.database_url)


def check(settings: Settings) -> None:
    """Say whether the settings are valid and the database is ready."""
    with _one_sentence(settings), _connected(settings) as connection:
        capacity.check(connection, settings)
        health.check(Session(connection))
    sys.stdout.write("Ready.\n")


COMMANDS: dict[str, Callable[[Settings], None]] = {
    "serve": serve,
    "migrate": migrate,
    "check": check,
}


@contextmanager
def _connected(settings: Settings) -> Iterator[Connection]:
    engine = open_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _one_sentence(settings: Settings) -> Iterator[None]:
    """Say which database does not answer or cannot be migrated, and why, without its password."""
    try:
        yield
    except OperationalError as error:
        raise Unavailable(f"{make_url(settings.database_url)}: {error.orig}") from error
    except schema.CannotMigrate as error:
        raise Unavailable(f"{make_url(settings.database_url)}: {error}") from error
