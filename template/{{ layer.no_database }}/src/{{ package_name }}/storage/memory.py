"""Keeps things in memory, as long as the process lives: a place to start from."""

from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Store:
    """All that is kept. One service at a time has it to itself.

    A service that raises leaves nothing behind if it puts what it changed in as its last step,
    and changes no object that is in here.
    """

    def __init__(self) -> None:
        self._tables: defaultdict[type[Any], dict[UUID, Any]] = defaultdict(dict)
        self._turn = Lock()

    def table(self, kind: type[T]) -> dict[UUID, T]:
        """Return the objects of a class by their ids."""
        return self._tables[kind]

    def clear(self) -> None:
        self._tables.clear()

    def run(
        self, service: "Callable[Concatenate[Store, P], R]", /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns."""
        with self._turn:
            return service(self, *args, **kwargs)


# Of the whole process: every application in it sees the same.
STORE: Final = Store()
