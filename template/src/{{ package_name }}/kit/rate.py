"""Rates such as `100/second` or `5 per 2 minutes`."""

import re
from dataclasses import dataclass
from typing import Final, Self

SECONDS: Final = {
    "second": 1,
    "minute": 60,
    "hour": 60 * 60,
    "day": 24 * 60 * 60,
    "month": 30 * 24 * 60 * 60,
    "year": 12 * 30 * 24 * 60 * 60,
}
_RATE = re.compile(
    rf"\s*([1-9]\d*)\s*(?:/|per)\s*([1-9]\d*|)\s*({'|'.join(SECONDS)})s?\s*",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `amount` requests in any window of `seconds`."""

    amount: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse `text`.

        Raises:
            ValueError: It is not a rate.
        """
        match = _RATE.fullmatch(text)
        if match is None:
            raise ValueError("is not a rate such as 100/second")
        amount, multiple, unit = match.groups()
        return cls(int(amount), int(multiple or 1) * SECONDS[unit.lower()])
