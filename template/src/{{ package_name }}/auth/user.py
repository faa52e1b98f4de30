"""The user of a request."""

from dataclasses import dataclass
from uuid import UUID

from ..kit.errors import Forbidden


@dataclass(frozen=True, slots=True)
class User:
    """An authenticated user and their permissions."""

    id: UUID
    scopes: frozenset[str] = frozenset()
    session_id: UUID | None = None

    def require(self, scope: str) -> None:
        """Raise `Forbidden` unless the user has `scope`."""
        if scope not in self.scopes:
            raise Forbidden(f"The scope {scope} is required.")


# The user of every request without authentication; it owns all objects.
ANONYMOUS = User(UUID(int=0))
