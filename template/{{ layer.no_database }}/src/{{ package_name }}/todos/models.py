"""Todos, and the rules on them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from ..kit.errors import Conflict


@dataclass(eq=False, kw_only=True)
class Todo:
    """A task of a user."""

    id: UUID = field(default_factory=uuid4)
    owner_id: UUID
    title: str
    notes: str | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    done_at: datetime | None = None

    def complete(self) -> None:
        """Mark the todo as done; raise `Conflict` if it is done already."""
        if self.done_at is not None:
            raise Conflict("This todo is already done.")
        self.done_at = datetime.now(UTC)
