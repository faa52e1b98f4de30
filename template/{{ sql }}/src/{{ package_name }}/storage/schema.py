"""Brings the database to the schema this code was written for, and tells whether it is there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from .dialects import DIALECTS
from .engines import open_engine

_SCRIPTS = Path(__file__).parents[1] / "migrations"


def migrate(database_url: str, revision: str = "head") -> None:
    """Apply what is missing, all of it or nothing. Safe to run twice at once."""
    engine = open_engine(database_url)
    try:
        with engine.begin() as connection:
            command.upgrade(configuration(connection), revision)
    finally:
        engine.dispose()


def lock(connection: Connection) -> None:
    """Wait until no other transaction migrates, and keep others waiting until this one ends."""
    DIALECTS[connection.dialect.name].lock(connection)


def configuration(connection: Connection) -> Config:
    """Return what Alembic's commands need to work on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str | None:
    """Return the revision that this code was written for."""
    return ScriptDirectory(str(_SCRIPTS)).get_current_head()


def current(session: Session) -> str | None:
    """Return the revision of the database; None if nothing was ever applied."""
    return MigrationContext.configure(session.connection()).get_current_revision()
