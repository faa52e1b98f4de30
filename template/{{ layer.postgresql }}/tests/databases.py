"""Where the tests keep things, by kind; the server that runs for all of them has one of these."""

from . import postgresql_database
from .postgresql_database import forget, keep
from .sqlite_database import empty, sqlite

FRESH = {"sqlite": sqlite, "postgresql": postgresql_database.database}
SERVED = "postgresql" if postgresql_database.wanted() else "sqlite"
# What production has to be told.
PRODUCTION = {"DATABASE_URL": "postgresql://app@localhost/app"}

__all__ = ["FRESH", "PRODUCTION", "SERVED", "empty", "forget", "keep"]
