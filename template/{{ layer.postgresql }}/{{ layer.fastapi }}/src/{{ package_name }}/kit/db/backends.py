"""The databases of this project: PostgreSQL, and SQLite for development."""

from typing import Final

from .asyncpg import ASYNCPG
from .backend import Backend
from .postgresql import POSTGRESQL
from .sqlite import SQLITE

# The drivers in a URL, and the drivers they get: psycopg 3 by default, asyncpg if it is named.
DRIVERS: Final = {
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgresql+asyncpg": "postgresql+asyncpg",
    "postgres": "postgresql+psycopg",
    "sqlite": "sqlite",
}
BACKENDS: Final[dict[str, Backend]] = {
    "postgresql": POSTGRESQL,
    "postgresql+asyncpg": ASYNCPG,
    "sqlite": SQLITE,
}
# Drivers that need an optional package.
OPTIONAL: Final = {"postgresql+asyncpg": "asyncpg"}
# The blocking driver in place of one for asyncio.
BLOCKING: Final = {"postgresql+asyncpg": "postgresql+psycopg"}
EXAMPLE: Final = "postgresql://user:password@host/database"
REQUIRED_IN_PRODUCTION: Final = True
