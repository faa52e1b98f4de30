"""Whether this process has been told to end and still answers, until nobody sends it more."""

from threading import Event

from ..core.errors import Unavailable

_begun = Event()


def begin() -> None:
    """Say so from now on; there is no way back."""
    _begun.set()


def has_begun() -> bool:
    return _begun.is_set()


def check() -> None:
    """Raise `Unavailable` once it has begun."""
    if has_begun():
        raise Unavailable("The service is shutting down.")
