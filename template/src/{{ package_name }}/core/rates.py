"""How often something may happen: `100/second`, `5 per 2 minutes`."""

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
    """So many times in any stretch of so many seconds."""

    amount: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises: ValueError: It is not written as a rate."""
        found = _RATE.fullmatch(text)
        if found is None:
            raise ValueError("is not a limit such as 100/second")
        amount, several, unit = found.groups()
        return cls(int(amount), int(several or 1) * SECONDS[unit.lower()])
