"""A store in memory, which lives as long as its process: a place to start from."""

from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

Listener = Callable[[object, object], None]


class Table(dict[UUID, T]):
    """Objects by their IDs; tells listeners the object before and after each change, or None."""

    def __init__(self, listeners: list[Listener]) -> None:
        super().__init__()
        self._listeners = listeners

    def __setitem__(self, key: UUID, value: T) -> None:
        before = self.get(key)
        super().__setitem__(key, value)
        self._report(before, value)

    def __delitem__(self, key: UUID) -> None:
        before = self[key]
        super().__delitem__(key)
        self._report(before, None)

    def _report(self, before: T | None, after: T | None) -> None:
        for listener in self._listeners:
            listener(before, after)


class Store:
    """Objects by class and ID. One service at a time uses it.

    A service must not change an object that is stored: it stores a changed copy as its last step, so
    that nothing is changed if it raises.
    """

    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self._tables: defaultdict[type[Any], Table[Any]] = defaultdict(
            lambda: Table(self.listeners)
        )
        self._lock = Lock()

    def table(self, kind: type[T]) -> dict[UUID, T]:
        """Return the objects of a class by their IDs."""
        return self._tables[kind]

    def clear(self) -> None:
        self._tables.clear()

    def run(
        self, service: "Callable[Concatenate[Store, P], R]", /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call `service` with the store."""
        with self._lock:
            return service(self, *args, **kwargs)


# One per process: all of its applications share it.
STORE: Final = Store()
