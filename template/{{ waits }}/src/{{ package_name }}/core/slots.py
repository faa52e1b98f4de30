"""Keeps threads free for `/livez` and all that needs no dependency, while a dependency hangs."""

from threading import BoundedSemaphore
from typing import Final

from .errors import Unavailable

# Seconds that a thread waits for a slot.
WAIT: Final = 0.5


def most_threads(threads: int) -> int:
    """Return how many of a process's threads may wait for a dependency: three of four."""
    return max(1, threads * 3 // 4)


class Slots:
    """Admits so many threads at once, `with slots:`.

    Others wait for a moment, as long as slots become free. Once one has waited in vain, they do not
    wait: together they would be all the threads that are left.
    """

    def __init__(self, count: int, dependency: str) -> None:
        self._free = BoundedSemaphore(count)
        self._dependency = dependency
        self._stuck = False

    def __enter__(self) -> None:
        if not self._free.acquire(timeout=0 if self._stuck else WAIT):
            self._stuck = True
            raise Unavailable(f"The {self._dependency} does not answer.")

    def __exit__(self, *_: object) -> None:
        self._stuck = False
        self._free.release()
