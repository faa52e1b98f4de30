"""Commands of the database: memory has none."""

from collections.abc import Callable
from typing import Final

from .settings import DatabaseSettings


def prepare(_: DatabaseSettings) -> None:
    """Do nothing."""


def check(_: DatabaseSettings) -> None:
    """Do nothing."""


COMMANDS: Final[dict[str, Callable[..., None]]] = {}
