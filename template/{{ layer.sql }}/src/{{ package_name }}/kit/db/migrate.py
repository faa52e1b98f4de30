"""Applies migrations, and compares the schema of the database with the one of this code.

Functions import Alembic: it takes as long as a small framework, and few commands need it.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, MetaData
from sqlalchemy.orm import Session

from ..errors import Unavailable
from .engine import open_engine
from .models import Base
from .threads import run_in_thread

if TYPE_CHECKING:
    from alembic.config import Config

_PACKAGE: Final = Path(__file__).parents[2]
_SCRIPTS: Final = _PACKAGE / "migrations"


@cache
def load_models() -> MetaData:
    """Import every `models` module of the package, at any depth, and return all tables."""
    for file in sorted([*_PACKAGE.rglob("models.py"), *_PACKAGE.rglob("models/**/*.py")]):
        parts = file.relative_to(_PACKAGE.parent).with_suffix("").parts
        import_module(".".join(parts).removesuffix(".__init__"))
    return Base.metadata


def migrate(database_url: str, revision: str = "heads") -> None:
    """Apply the missing migrations, all or none. Several processes may do so at once.

    Raises:
        Unavailable: No migrations lead from the revision of the database to `revision`.
    """
    from alembic import command
    from alembic.util import CommandError

    engine = open_engine(database_url, response_timeout=None)
    try:
        with engine.connect() as connection:
            command.upgrade(configuration(connection), revision)
    except CommandError as error:
        raise Unavailable(f"{engine.url}: {error}") from error
    finally:
        engine.dispose()


def configuration(connection: Connection) -> "Config":
    """Return Alembic's configuration for commands on `connection`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def check(session: Session) -> None:
    """Raise `Unavailable` unless the database responds and has the schema of this code."""
    expected = run_in_thread(heads)  # The first call imports Alembic.
    current = revisions(session.connection())
    if current != expected:
        actual, needed = (", ".join(sorted(each)) or None for each in (current, expected))
        raise Unavailable(f"The database is at revision {actual}, this code needs {needed}.")


@cache
def heads() -> frozenset[str]:
    """Return the revisions that this code needs: the last one of each branch."""
    from alembic.script import ScriptDirectory

    return frozenset(ScriptDirectory(_SCRIPTS).get_heads())


def revisions(connection: Connection) -> frozenset[str]:
    """Return the revisions of the database; none if no migration was ever applied."""
    from alembic.migration import MigrationContext

    return frozenset(MigrationContext.configure(connection).get_current_heads())
