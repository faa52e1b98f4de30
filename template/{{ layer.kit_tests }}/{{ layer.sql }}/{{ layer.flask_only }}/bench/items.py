"""The listing as documentation would write it: a session, a query, a dictionary; no authentication."""

import os
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


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


# As many connections as the project has.
engine = create_engine(os.environ["DATABASE_URL"], pool_size=16)
owner = UUID(os.environ["BENCH_OWNER"])
router = Blueprint("items", __name__)


@router.get("/api/v1/items")
def list_items() -> dict[str, Any]:
    with Session(engine) as session:
        mine = select(Item).where(Item.owner_id == owner)
        found = session.scalars(mine.order_by(Item.created_at, Item.id).limit(20))
        return {"items": [shown(item) for item in found]}


def shown(item: Item) -> dict[str, Any]:
    return {
        "id": str(item.id),
        "title": item.title,
        "notes": item.notes,
        "created_at": item.created_at.isoformat(),
        "done_at": item.done_at and item.done_at.isoformat(),
    }
