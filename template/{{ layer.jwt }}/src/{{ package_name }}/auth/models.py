"""The tables of accounts, and the rules on their rows."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from unicodedata import normalize
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..kit.db import Base
from .scopes import MAX_SCOPES


class Account(Base, kw_only=True):
    """A user with a password."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    # Separated by spaces. An operator grants them.
    scopes: Mapped[str] = mapped_column(String(MAX_SCOPES), default="")
    created_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)


class AuthSession(Base, kw_only=True):
    """From a login to a logout. All tokens of one login belong to one session."""

    __tablename__ = "auth_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    started_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    def end(self) -> None:
        self.ended_at = self.ended_at or datetime.now(UTC)


class RefreshToken(Base, kw_only=True):
    """Continues a session once. Only its digest is stored."""

    __tablename__ = "refresh_tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("auth_sessions.id", ondelete="CASCADE"), index=True
    )
    used_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login is checked against."""

    account_id: UUID
    password_hash: str


def is_active(ended_at: datetime | None, expires_at: datetime) -> bool:
    """Whether a session with these columns is active."""
    return ended_at is None and datetime.now(UTC) < expires_at


def normalize_email(address: str) -> str:
    """Return the form in which addresses are stored and compared: NFC, lower case."""
    return normalize("NFC", address.lower())


def email_digest(address: str) -> str:
    """Return a digest that identifies an address in rate limits."""
    return sha256(normalize_email(address).encode(errors="replace")).hexdigest()
