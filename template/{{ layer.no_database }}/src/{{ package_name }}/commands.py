"""What the command line can do."""

import sys
from collections.abc import Callable

from . import server
from .settings import Settings


def serve(settings: Settings) -> None:
    """Answer requests until told to stop."""
    server.serve(settings)


def check(_: Settings) -> None:
    """Say whether the settings are valid."""
    sys.stdout.write("Ready.\n")


COMMANDS: dict[str, Callable[[Settings], None]] = {
    "serve": serve,
    "check": check,
}
