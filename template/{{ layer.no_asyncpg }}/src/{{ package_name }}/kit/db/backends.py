"""The databases of this project: PostgreSQL, and SQLite for development."""

from typing import Final

from . import postgresql, sqlite
from .backend import Backend

# By the scheme of `DATABASE_URL`.
BACKENDS: Final[dict[str, Backend]] = {
    "postgresql": postgresql,
    "postgresql+psycopg": postgresql,
    "postgres": postgresql,
    "sqlite": sqlite,
}
EXAMPLE: Final = "postgresql://user:password@host/database"
REQUIRED_IN_PRODUCTION: Final = True
