"""Where the tests keep things, by kind; the server that runs for all of them has one of these."""

from . import postgres
from .databases import empty, sqlite
from .postgres import forget, keep

FRESH = {"sqlite": sqlite, "postgresql": postgres.database}
SERVED = "postgresql" if postgres.wanted() else "sqlite"
# What production has to be told.
PRODUCTION = {"DATABASE_URL": "postgresql://app@localhost/app"}

__all__ = ["FRESH", "PRODUCTION", "SERVED", "empty", "forget", "keep"]
