"""The databases of this project: SQLite."""

from typing import Final

from . import sqlite
from .backend import Backend

# By the scheme of `DATABASE_URL`.
BACKENDS: Final[dict[str, Backend]] = {"sqlite": sqlite}
EXAMPLE: Final = "sqlite:///data.db"
REQUIRED_IN_PRODUCTION: Final = False
