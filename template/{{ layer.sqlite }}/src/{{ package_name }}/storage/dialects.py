"""The databases that this project can open: SQLite alone."""

from typing import Final

from .dialect import Dialect
from .sqlite import SQLITE

# What a URL may name, and the driver it then gets.
DRIVERS: Final = {"sqlite": "sqlite"}
DIALECTS: Final[dict[str, Dialect]] = {"sqlite": SQLITE}
# Drivers that are no part of every installation, and the package that each needs.
OPTIONAL: Final[dict[str, str]] = {}
# What stands in for a driver where a thread waits.
BLOCKING: Final[dict[str, str]] = {}
EXAMPLE: Final = "sqlite:///data.db"
REQUIRED_IN_PRODUCTION: Final = False
