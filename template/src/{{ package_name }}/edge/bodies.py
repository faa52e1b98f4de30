"""How much of a request is taken in, whether it says its length or comes in chunks; and how long."""

from time import monotonic


def announces_more(content_length: str, limit: int) -> bool:
    """Say whether a `Content-Length` is over the limit; "" is a body in chunks, or none."""
    # Compared as digits first: Python refuses to read a number of 4,301 of them.
    digits = content_length.lstrip("0")
    return digits.isdecimal() and (len(digits) > len(str(limit)) or int(digits) > limit)


class Meter:
    """Counts what has arrived, for a body that does not say its length."""

    __slots__ = ("_left",)

    def __init__(self, limit: int) -> None:
        self._left = limit

    def exceeded(self, size: int) -> bool:
        """Add a piece of `size` bytes; say whether it was too much."""
        self._left -= size
        return self._left < 0


class Deadline:
    """When the whole of a body has to be there: pieces that come in time can still be tiny ones."""

    __slots__ = ("_at",)

    def __init__(self, seconds: float) -> None:
        self._at = monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; below zero it is over."""
        return self._at - monotonic()
