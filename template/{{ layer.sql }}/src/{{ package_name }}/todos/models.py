"""The table of todos, and the rules on a row."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..kit.db import Base
from ..kit.errors import Conflict


class Todo(Base, kw_only=True):
    """A task of a user."""

    __tablename__ = "todos"
    # The order of a listing.
    __table_args__ = (Index(None, "owner_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    # Not a foreign key: users may be stored elsewhere.
    owner_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(String(200))
    notes: Mapped[str | None] = mapped_column(Text, default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    done_at: Mapped[datetime | None] = mapped_column(default=None)

    def complete(self) -> None:
        """Mark the todo as done; raise `Conflict` if it is done already."""
        if self.done_at is not None:
            raise Conflict("This todo is already done.")
        self.done_at = datetime.now(UTC)
