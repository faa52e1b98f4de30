"""Who is calling."""

from dataclasses import dataclass
from uuid import UUID

from .errors import Forbidden


@dataclass(frozen=True, slots=True)
class User:
    """Whoever sent a request, and what they may do. Never made from what a request says of it."""

    id: UUID
    scopes: frozenset[str] = frozenset()
    login_id: UUID | None = None

    def require(self, scope: str) -> None:
        """Raise `Forbidden` unless the caller was given `scope`."""
        if scope not in self.scopes:
            raise Forbidden(f"This needs the scope {scope}.")


# Where nobody is asked who they are: the owner of everything.
ANYBODY = User(UUID(int=0))
