"""Keeps threads free while the database hangs: those that answer `/livez` and what needs no database."""

from threading import BoundedSemaphore
from typing import Final

from ..core.errors import Unavailable

# Seconds that a thread waits for a slot.
WAIT: Final = 0.5


def most_threads(threads: int) -> int:
    """Return how many of them may wait for something else; one in four answers `/livez`."""
    return max(1, threads * 3 // 4)


class Slots:
    """Admits so many threads at once: `with slots:`. Each has a connection of the pool.

    Others wait a little, as long as slots become free. After one has waited in vain, they do not
    wait: several of them would be all the threads that are left.
    """

    def __init__(self, count: int) -> None:
        self._free = BoundedSemaphore(count)
        self._stuck = False

    def __enter__(self) -> None:
        if not self._free.acquire(timeout=0 if self._stuck else WAIT):
            self._stuck = True
            raise Unavailable("The database does not answer.")

    def __exit__(self, *_: object) -> None:
        self._stuck = False
        self._free.release()
