"""The listing as documentation would write it: a session, a query, a dictionary; nobody is asked."""

import os
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """All tables."""


class Todo(Base):
    """A row."""

    __tablename__ = "todos"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    title: Mapped[str]
    notes: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


# As many connections as the project has.
engine = create_engine(os.environ["DATABASE_URL"], pool_size=16)
owner = UUID(os.environ["BENCH_OWNER"])
router = Blueprint("todos", __name__)


@router.get("/api/v1/todos")
def browse() -> dict[str, Any]:
    with Session(engine) as session:
        mine = select(Todo).where(Todo.owner_id == owner)
        found = session.scalars(mine.order_by(Todo.created_at, Todo.id).limit(20))
        return {"items": [shown(todo) for todo in found]}


def shown(todo: Todo) -> dict[str, Any]:
    return {
        "id": str(todo.id),
        "title": todo.title,
        "notes": todo.notes,
        "created_at": todo.created_at.isoformat(),
        "done_at": todo.done_at and todo.done_at.isoformat(),
    }
