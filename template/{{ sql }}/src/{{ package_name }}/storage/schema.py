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

from .dialects import DIALECTS
from .engines import open_engine
from .tables import metadata

_SCRIPTS = Path(__file__).parents[1] / "migrations"


@cache
def described() -> MetaData:
    """Return the whole schema: that of every module here which has tables."""
    for module in iter_modules([str(Path(__file__).parent)]):
        import_module(f".{module.name}", __package__)
    return metadata


def migrate(database_url: str, revision: str = "heads") -> None:
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
def heads() -> frozenset[str]:
    """Return the revisions that this code was written for: the last one of each branch."""
    return frozenset(ScriptDirectory(str(_SCRIPTS)).get_heads())


def current(session: Session) -> frozenset[str]:
    """Return the revisions of the database; none if nothing was ever applied."""
    return frozenset(MigrationContext.configure(session.connection()).get_current_heads())
