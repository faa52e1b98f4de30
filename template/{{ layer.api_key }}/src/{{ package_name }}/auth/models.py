"""The table of API keys, and the rules on a row."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..kit.db import Base
from .scopes import MAX_SCOPES

MAX_NAME: Final = 100
_OWNERS: Final = UUID("6f1d1e1c-6a0e-5c39-9d5b-2f7c1d0c9a41")


class ApiKey(Base, kw_only=True):
    """An API key. Only a digest of its secret is stored."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    # The owner. A new key of the same name replaces an old one.
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    digest: Mapped[str] = mapped_column(String(64))
    # Separated by spaces.
    scopes: Mapped[str] = mapped_column(String(MAX_SCOPES))
    created_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def owner_id(self) -> UUID:
        return uuid5(_OWNERS, self.name)

    def is_valid(self) -> bool:
        now = datetime.now(UTC)
        return self.revoked_at is None and now < self.expires_at  # guard: api-key-expiry
