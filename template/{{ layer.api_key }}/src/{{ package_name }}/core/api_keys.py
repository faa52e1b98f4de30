"""Keys that programs call with: given by an operator, for a while, for some purposes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from .errors import Invalid

MAX_NAME: Final = 100
MAX_SCOPES: Final = 1000
_OWNERS = UUID("6f1d1e1c-6a0e-5c39-9d5b-2f7c1d0c9a41")


def join_scopes(scopes: Iterable[str]) -> str:
    """Return scopes as they are stored, separated by blanks.

    Raises:
        Invalid: One is empty or has a blank in it, or they have more than 1,000 characters.
    """
    found = sorted({*scopes})
    if any(scope.split() != [scope] for scope in found):
        raise Invalid("A scope is one word.")
    if len(joined := " ".join(found)) > MAX_SCOPES:
        raise Invalid(f"The scopes have more than {MAX_SCOPES} characters.")
    return joined


@dataclass(eq=False)
class ApiKey:
    """What is kept of a key: not the key, but enough to know it again."""

    id: str
    # Whose it is. Keys of one name are one owner's: a new one takes over from an old one.
    name: str
    digest: str
    # Separated by blanks.
    scopes: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    @property
    def owner_id(self) -> UUID:
        return uuid5(_OWNERS, self.name)

    def is_valid(self, *, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at  # guard: api-key-expiry
