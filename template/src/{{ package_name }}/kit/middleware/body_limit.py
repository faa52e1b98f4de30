"""The limit on request bodies, with or without a `Content-Length`."""


def exceeds_limit(content_length: str, limit: int) -> bool:
    """Whether a `Content-Length` is over the limit; "" means a chunked body, or none."""
    # The digits are compared first: Python refuses to parse a number of more than 4,300 of them.
    digits = content_length.lstrip("0")
    return digits.isdecimal() and (len(digits) > len(str(limit)) or int(digits) > limit)


class BodyMeter:
    """Counts the received bytes of a body."""

    __slots__ = ("_remaining",)

    def __init__(self, limit: int) -> None:
        self._remaining = limit

    def exceeded(self, size: int) -> bool:
        """Add `size` bytes; return whether the limit is exceeded."""
        self._remaining -= size
        return self._remaining < 0
