"""The databases of this project: PostgreSQL, and SQLite for development."""

from typing import Final

from .backend import Backend
from .postgresql import POSTGRESQL
from .sqlite import SQLITE

# The drivers in a URL, and the drivers they get.
DRIVERS: Final = {
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "sqlite": "sqlite",
}
BACKENDS: Final[dict[str, Backend]] = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
# Drivers that need an optional package.
OPTIONAL: Final[dict[str, str]] = {}
# The blocking driver in place of one for asyncio.
BLOCKING: Final[dict[str, str]] = {}
EXAMPLE: Final = "postgresql://user:password@host/database"
REQUIRED_IN_PRODUCTION: Final = True
