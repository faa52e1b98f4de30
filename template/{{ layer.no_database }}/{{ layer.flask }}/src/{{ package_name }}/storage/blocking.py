"""Runs use cases on what is kept in memory."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from .memory import STORE, Store
from .settings import StorageSettings

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """What endpoints ask for; nothing in them changes when a real one takes its place."""

    def __init__(self, _: StorageSettings) -> None:
        self._store = STORE

    def run(
        self, service: Callable[Concatenate[Store, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns."""
        return self._store.run(service, *args, **kwargs)

    def read(
        self, service: Callable[Concatenate[Store, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns, which reads and changes nothing."""
        return self._store.run(service, *args, **kwargs)

    probe = read

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""
