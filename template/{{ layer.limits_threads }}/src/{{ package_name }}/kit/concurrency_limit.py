"""Limits how many threads wait for a dependency, so that others stay free while it hangs."""

from threading import BoundedSemaphore
from typing import Final

from .errors import Unavailable

# Seconds that a thread waits for a slot.
WAIT: Final = 0.5


class ConcurrencyLimit:
    """A semaphore that fails fast: `with limit:` raises `Unavailable` after `WAIT` seconds.

    After one thread has waited in vain, others fail at once: together they would be all the
    threads that are left.
    """

    def __init__(self, count: int, dependency: str) -> None:
        self._slots = BoundedSemaphore(count)
        self._dependency = dependency
        self._stuck = False

    def __enter__(self) -> None:
        if not self._slots.acquire(timeout=0 if self._stuck else WAIT):
            self._stuck = True
            raise Unavailable(f"The {self._dependency} does not respond.")

    def __exit__(self, *_: object) -> None:
        self._stuck = False
        self._slots.release()
