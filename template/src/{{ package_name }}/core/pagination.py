"""Where a page ends, written so that a client can hand it back."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self
from uuid import UUID

from .errors import Invalid

# Microseconds since 1970 and a UUID. Whatever matches can be read.
PATTERN: Final = r"^[0-9]{1,17}-[0-9a-f]{32}$"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row that was shown, by what the listing is sorted by.

    A position rather than a count: rows that come or go in the meantime neither repeat
    nor skip the others.
    """

    created_at: datetime
    id: UUID

    def encode(self) -> str:
        return f"{(self.created_at - _EPOCH) // _TICK}-{self.id.hex}"

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read what `encode` wrote; raise `Invalid` for anything else."""
        if not re.fullmatch(PATTERN, text, re.ASCII):
            message = "This is not a cursor that a listing returned."
            raise Invalid(message, parameter="cursor")
        ticks, _, row = text.partition("-")
        return cls(_EPOCH + int(ticks) * _TICK, UUID(row))
