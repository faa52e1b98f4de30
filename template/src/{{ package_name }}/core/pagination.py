"""Where a page ends, written so that a client can hand it back."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from .errors import Invalid


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row that was shown, by what the listing is sorted by.

    A position rather than a count: rows that come or go in the meantime neither repeat
    nor skip the others.
    """

    created_at: datetime
    id: UUID

    def encode(self) -> str:
        text = f"{self.created_at.astimezone(UTC).isoformat()}|{self.id}"
        return base64.urlsafe_b64encode(text.encode()).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read what `encode` wrote; raise `Invalid` for anything else."""
        try:
            plain = base64.b64decode(text.encode(), altchars=b"-_", validate=True).decode()
            created_at, _, row = plain.partition("|")
            return cls(datetime.fromisoformat(created_at).astimezone(UTC), UUID(row))
        except (binascii.Error, ValueError, OverflowError):
            message = "This is not a cursor that a listing returned."
            raise Invalid(message, parameter="cursor") from None
