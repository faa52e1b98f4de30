"""Waits for a condition instead of a time."""

from collections.abc import Callable
from time import monotonic, sleep

SECONDS = 60


def until(condition: Callable[[], object], *, seconds: float = SECONDS) -> None:
    """Return when `condition` holds; fail when it still does not after `seconds`."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, f"The condition does not hold after {seconds} s."
        sleep(0.02)
