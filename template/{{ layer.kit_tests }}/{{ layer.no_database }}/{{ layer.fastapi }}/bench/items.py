"""The listing as documentation would write it: a slice of a list, a model; no authentication."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import BaseModel, Field


class Item(BaseModel):
    """Something in the list."""

    id: UUID = Field(default_factory=uuid4)
    title: str
    notes: str | None = "Before the weekend."
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    done_at: datetime | None = None


class Page(BaseModel):
    """The answer."""

    items: list[Item]


ITEMS = [Item(title=f"Item {number}") for number in range(50)]
router = APIRouter()


@router.get("/api/v1/items")
async def list_items() -> Page:
    return Page(items=ITEMS[:20])
