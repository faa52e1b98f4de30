"""Todos, and the one rule about them: what is done stays done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from .errors import Conflict


@dataclass(eq=False)
class Todo:
    """Something to do."""

    id: UUID
    owner_id: UUID
    title: str
    notes: str | None
    created_at: datetime
    done_at: datetime | None = None

    @classmethod
    def new(cls, owner_id: UUID, title: str, notes: str | None, *, at: datetime) -> "Todo":
        return cls(id=uuid4(), owner_id=owner_id, title=title, notes=notes, created_at=at)

    def complete(self, *, at: datetime) -> None:
        """Mark as done; raise `Conflict` if it is done already."""
        if self.done_at is not None:
            raise Conflict("This todo is already done.")
        self.done_at = at
