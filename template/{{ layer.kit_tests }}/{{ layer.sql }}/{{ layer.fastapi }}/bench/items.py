"""The listing as documentation would write it: a session, a query, a model; no authentication."""

import os
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables."""


class Item(Base):
    """A row."""

    __tablename__ = "items"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    title: Mapped[str]
    notes: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class ItemOut(BaseModel):
    """What is answered of it."""

    id: UUID
    title: str
    notes: str | None
    created_at: datetime
    done_at: datetime | None


class Page(BaseModel):
    """The answer."""

    items: list[ItemOut]


def awaited(url: URL) -> URL:
    return url.set(drivername="sqlite+aiosqlite") if url.drivername == "sqlite" else url


# As many connections as the project has.
engine = create_async_engine(awaited(make_url(os.environ["DATABASE_URL"])), pool_size=16)
owner = UUID(os.environ["BENCH_OWNER"])
router = APIRouter()


@router.get("/api/v1/items", response_model=Page)
async def list_items() -> dict[str, Sequence[Item]]:
    async with AsyncSession(engine) as session:
        mine = select(Item).where(Item.owner_id == owner)
        found = await session.scalars(mine.order_by(Item.created_at, Item.id).limit(20))
        return {"items": found.all()}
