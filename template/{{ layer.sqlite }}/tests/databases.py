"""Where the tests keep things, by kind; the server that runs for all of them has one of these."""

from .sqlite_database import empty, forget, keep, sqlite

FRESH = {"sqlite": sqlite}
SERVED = "sqlite"
# Settings that production requires.
PRODUCTION: dict[str, str] = {}

__all__ = ["FRESH", "PRODUCTION", "SERVED", "empty", "forget", "keep"]
