"""Keeps things in memory, as long as the process lives: a place to start from."""

from collections.abc import Callable
from threading import Lock
from typing import Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

from ..core.todos import Todo

P = ParamSpec("P")
R = TypeVar("R")


class Store:
    """All that is kept. One service at a time has it to itself.

    A service that raises leaves nothing behind if it puts what it changed in as its last step,
    and changes no object that is in here.
    """

    def __init__(self) -> None:
        self.todos: dict[UUID, Todo] = {}
        self._turn = Lock()

    def run(
        self, service: "Callable[Concatenate[Store, P], R]", /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns."""
        with self._turn:
            return service(self, *args, **kwargs)


# Of the whole process: every application in it sees the same.
STORE: Final = Store()
