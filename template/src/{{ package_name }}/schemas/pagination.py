"""Listings, one page at a time."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from ..core.pagination import PATTERN
from .base import Answer, Request

T = TypeVar("T")


class PageQuery(Request):
    """Which part of a listing is wanted."""

    limit: Annotated[int, Field(ge=1, le=100, description="At most this many.")] = 20
    cursor: Annotated[
        str | None,
        Field(pattern=PATTERN, description="`next_cursor` of the page before."),
    ] = None


class Page(Answer, Generic[T]):
    """One part of a listing."""

    items: list[T]
    next_cursor: Annotated[str | None, Field(description="Null on the last page.")]
