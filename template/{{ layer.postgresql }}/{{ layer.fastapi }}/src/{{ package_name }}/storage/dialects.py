"""The databases that this project can open: PostgreSQL, and SQLite until one is there."""

from typing import Final

from .awaited import ASYNCPG
from .dialect import Dialect
from .postgresql import POSTGRESQL
from .sqlite import SQLITE

# What a URL may name, and the driver it then gets: psycopg 3, which blocks and awaits;
# asyncpg where it is asked for.
DRIVERS: Final = {
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgresql+asyncpg": "postgresql+asyncpg",
    "postgres": "postgresql+psycopg",
    "sqlite": "sqlite",
}
DIALECTS: Final[dict[str, Dialect]] = {
    "postgresql": POSTGRESQL,
    "postgresql+asyncpg": ASYNCPG,
    "sqlite": SQLITE,
}
# Drivers that are no part of every installation, and the package that each needs.
OPTIONAL: Final = {"postgresql+asyncpg": "asyncpg"}
# What stands in for a driver where a thread waits.
BLOCKING: Final = {"postgresql+asyncpg": "postgresql+psycopg"}
EXAMPLE: Final = "postgresql://user:password@host/database"
REQUIRED_IN_PRODUCTION: Final = True
