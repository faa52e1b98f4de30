"""Cursor pagination: a page ends at a row, and the next one starts after it.

Unlike an offset, a cursor neither repeats nor skips rows when others are added or deleted.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Generic, Self, TypeVar
from uuid import UUID

from pydantic import Field

from .errors import Invalid
from .schemas import RequestModel, ResponseModel

T = TypeVar("T")

# Microseconds since 1970 and a UUID. Every text that matches can be decoded.
PATTERN: Final = r"^[0-9]{1,17}-[0-9a-f]{32}$"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class PageQuery(RequestModel):
    """Query parameters of a paginated endpoint."""

    limit: Annotated[int, Field(ge=1, le=100, description="Maximum number of items.")] = 20
    cursor: Annotated[
        str | None,
        Field(pattern=PATTERN, description="`next_cursor` of the previous page."),
    ] = None


class Page(ResponseModel, Generic[T]):
    """One page of a listing."""

    items: list[T]
    next_cursor: Annotated[str | None, Field(description="Null on the last page.")]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort key of the last row of a page: its creation time, then its ID."""

    created_at: datetime
    id: UUID

    def encode(self) -> str:
        return f"{(self.created_at - _EPOCH) // _MICROSECOND}-{self.id.hex}"

    @classmethod
    def decode(cls, text: str) -> Self:
        """Decode the result of `encode`; raise `Invalid` for anything else."""
        if not re.fullmatch(PATTERN, text, re.ASCII):
            raise Invalid("The cursor is not one that a listing returned.", parameter="cursor")
        microseconds, _, row = text.partition("-")
        return cls(_EPOCH + int(microseconds) * _MICROSECOND, UUID(row))
