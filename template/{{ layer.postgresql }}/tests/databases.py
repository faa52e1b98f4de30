"""The databases of the tests, by kind, and the kind that the shared server uses."""

from . import postgresql_database
from .postgresql_database import forget, keep
from .sqlite_database import empty, sqlite

FRESH = {"sqlite": sqlite, "postgresql": postgresql_database.database}
SERVED = "postgresql" if postgresql_database.is_expected() else "sqlite"
# Settings that production requires.
PRODUCTION = {"DATABASE_URL": "postgresql://app@localhost/app"}

__all__ = ["FRESH", "PRODUCTION", "SERVED", "empty", "forget", "keep"]
