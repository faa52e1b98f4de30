"""The databases of this project: SQLite."""

from typing import Final

from .backend import Backend
from .sqlite import SQLITE

# The drivers in a URL, and the drivers they get.
DRIVERS: Final = {"sqlite": "sqlite"}
BACKENDS: Final[dict[str, Backend]] = {"sqlite": SQLITE}
# Drivers that need an optional package.
OPTIONAL: Final[dict[str, str]] = {}
# The blocking driver in place of one for asyncio.
BLOCKING: Final[dict[str, str]] = {}
EXAMPLE: Final = "sqlite:///data.db"
REQUIRED_IN_PRODUCTION: Final = False
