"""Brings the database to the schema this code was written for, and tells whether it is there."""

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlalchemy.orm import Session

from .engines import open_engine
from .tables import metadata

_SCRIPTS = Path(__file__).parents[1] / "migrations"


@cache
def described() -> MetaData:
    """Return the whole schema: that of every module here which has tables."""
    for module in iter_modules([str(Path(__file__).parent)]):
        import_module(f".{module.name}", __package__)
    return metadata


def migrate(database_url: str, revision: str = "head") -> None:
    """Apply what is missing, all of it or nothing. Safe to run twice at once."""
    engine = open_engine(database_url)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), revision)
    engine.dispose()


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
