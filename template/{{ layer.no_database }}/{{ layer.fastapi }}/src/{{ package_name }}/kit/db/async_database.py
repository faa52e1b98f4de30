"""The store for FastAPI, with the interface of a database."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from .settings import DatabaseSettings
from .store import STORE, Store

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """The store of this process. Endpoints stay as they are when a database replaces it."""

    def __init__(self, _: DatabaseSettings) -> None:
        self._store = STORE

    async def run(
        self, service: Callable[Concatenate[Store, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call `service` with the store."""
        return self._store.run(service, *args, **kwargs)

    read = run

    async def check(self) -> None:
        """Do nothing: memory is always ready."""

    async def close(self) -> None:
        """Do nothing."""
