"""The databases that this project can open: PostgreSQL, and SQLite until one is there."""

from typing import Final

from .dialect import Dialect
from .postgresql import POSTGRESQL
from .sqlite import SQLITE

# What a URL may name, and the driver it then gets: psycopg 3.
DRIVERS: Final = {
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "sqlite": "sqlite",
}
DIALECTS: Final[dict[str, Dialect]] = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
# Drivers that are no part of every installation, and the package that each needs.
OPTIONAL: Final[dict[str, str]] = {}
# What stands in for a driver where a thread waits.
BLOCKING: Final[dict[str, str]] = {}
EXAMPLE: Final = "postgresql://user:password@host/database"
REQUIRED_IN_PRODUCTION: Final = True
