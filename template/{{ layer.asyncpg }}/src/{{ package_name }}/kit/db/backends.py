"""The databases of this project: PostgreSQL, by asyncpg in FastAPI, and SQLite for development."""

from typing import Final

from . import asyncpg, sqlite
from .backend import Backend

# By the scheme of `DATABASE_URL`.
BACKENDS: Final[dict[str, Backend]] = {
    "postgresql": asyncpg,
    "postgresql+asyncpg": asyncpg,
    "postgresql+psycopg": asyncpg,
    "postgres": asyncpg,
    "sqlite": sqlite,
}
EXAMPLE: Final = "postgresql://user:password@host/database"
REQUIRED_IN_PRODUCTION: Final = True
