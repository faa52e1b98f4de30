"""Applies migrations, and compares the schema of the database with the one of this code.

Alembic takes as long to import as a small framework, so a server does not import it.
"""

import ast
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, MetaData, String, column, inspect, select, table
from sqlalchemy.orm import Session

from ..errors import Unavailable
from .backends import BACKENDS
from .engine import open_engine
from .models import Base

if TYPE_CHECKING:
    from alembic.config import Config

_PACKAGE: Final = Path(__file__).parents[2]
_SCRIPTS: Final = _PACKAGE / "migrations"


class MigrationError(Exception):
    """The migrations do not lead from the revision of the database to the one asked for."""


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
        MigrationError: No migrations lead to `revision`.
    """
    from alembic import command
    from alembic.util import CommandError

    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            command.upgrade(configuration(connection), revision)
    except CommandError as error:
        raise MigrationError(str(error)) from error
    finally:
        engine.dispose()


def migration_guard(connection: Connection) -> AbstractContextManager[None]:
    """Surround a migration: no other one runs meanwhile, and no time limit applies."""
    return BACKENDS[connection.dialect.name].migration_guard(connection)


def configuration(connection: Connection) -> "Config":
    """Return Alembic's configuration for commands on `connection`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def check(session: Session) -> None:
    """Raise `Unavailable` unless the database responds and has the schema of this code."""
    current, expected = revisions(session), heads()
    if current != expected:
        actual, needed = (", ".join(sorted(each)) or None for each in (current, expected))
        raise Unavailable(f"The database is at revision {actual}, this code needs {needed}.")


@cache
def heads() -> frozenset[str]:
    """Return the revisions that this code needs: the last one of each branch."""
    known: set[str] = set()
    followed: set[str] = set()
    for file in filter(_is_migration, (_SCRIPTS / "versions").glob("*.py")):
        values = dict(_assignments(file))
        known.add(ast.literal_eval(values["revision"]))
        previous = ast.literal_eval(values["down_revision"])
        followed.update([previous] if isinstance(previous, str) else previous or ())
    return frozenset(known - followed)


def _is_migration(file: Path) -> bool:
    """Whether Alembic reads the file: not `__init__.py`, and not a temporary file of an editor."""
    return re.match(r"\.#|__init__", file.name) is None


def _assignments(file: Path) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that a module assigns, with their values; `a, b = 1, 2` are two."""
    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.AnnAssign) and node.value:
            yield ast.unparse(node.target), node.value
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else []
            yield from zip(map(ast.unparse, node.targets[0].elts), values, strict=False)
        elif isinstance(node, ast.Assign):
            yield ast.unparse(node.targets[0]), node.value


def revisions(session: Session) -> frozenset[str]:
    """Return the revisions of the database; none if no migration was ever applied."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return frozenset()
    versions = table("alembic_version", column("version_num", String))
    return frozenset(session.scalars(select(versions.c.version_num)))
