"""Brings the database to the schema this code was written for, and tells whether it is there.

Alembic takes as long to import as a small framework: whoever only serves, or asks whether the
database is up to date, does without.
"""

import ast
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, String, column, inspect, select, table
from sqlalchemy.orm import Session

from .dialects import DIALECTS
from .engines import open_engine
from .tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).parents[1] / "migrations"


class CannotMigrate(Exception):
    """The migrations do not lead from where the database is to where it is to go."""


@cache
def described() -> MetaData:
    """Return the whole schema: that of every module here which has tables."""
    folder = Path(__file__).parent
    for file in folder.rglob("*.py"):
        name = ".".join(file.relative_to(folder).with_suffix("").parts)
        import_module(f".{name.removesuffix('.__init__')}", __package__)
    return metadata


def migrate(database_url: str, revision: str = "heads") -> None:
    """Apply what is missing, all of it or nothing. Safe to run twice at once."""
    from alembic import command
    from alembic.util import CommandError

    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            command.upgrade(configuration(connection), revision)
    except CommandError as error:  # Such as: it is at a revision that no file has.
        raise CannotMigrate(str(error)) from error
    finally:
        engine.dispose()


def migrating(connection: Connection) -> AbstractContextManager[None]:
    """Surround a migration: no other one runs meanwhile, and no time limit applies."""
    return DIALECTS[connection.dialect.name].migrating(connection)


def configuration(connection: Connection) -> "Config":
    """Return what Alembic's commands need to work on `connection`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def heads() -> frozenset[str]:
    """Return the revisions that this code was written for: the last one of each branch."""
    known: set[str] = set()
    followed: set[str] = set()
    for file in filter(_is_migration, (_SCRIPTS / "versions").glob("*.py")):
        said = dict(_assigned(file))
        known.add(ast.literal_eval(said["revision"]))
        before = ast.literal_eval(said["down_revision"])
        followed.update([before] if isinstance(before, str) else before or ())
    return frozenset(known - followed)


def _is_migration(file: Path) -> bool:
    """Whether Alembic reads the file: neither `__init__.py` nor what editors leave."""
    return re.match(r"\.#|__init__", file.name) is None


def _assigned(file: Path) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a migration assigns to each name; `a, b = 1, 2` are two."""
    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.AnnAssign) and node.value:
            yield ast.unparse(node.target), node.value
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else []
            yield from zip(map(ast.unparse, node.targets[0].elts), values, strict=False)
        elif isinstance(node, ast.Assign):
            yield ast.unparse(node.targets[0]), node.value


def current(session: Session) -> frozenset[str]:
    """Return the revisions of the database; none if nothing was ever applied."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return frozenset()
    versions = table("alembic_version", column("version_num", String))
    return frozenset(session.scalars(select(versions.c.version_num)))
