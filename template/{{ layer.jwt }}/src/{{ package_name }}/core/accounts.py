"""Accounts, and the logins that were made with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from unicodedata import normalize
from uuid import UUID, uuid4

from .errors import Invalid

MAX_SCOPES: Final = 1000


def normalize_email(address: str) -> str:
    """Return the one spelling by which addresses are compared: NFC, in lower case."""
    return normalize("NFC", address.lower())


def email_digest(address: str) -> str:
    """Return what stands for an address where it need not be readable."""
    return sha256(normalize_email(address).encode(errors="replace")).hexdigest()


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
class Account:
    """Somebody who can log in."""

    id: UUID
    email: str
    password_hash: str
    created_at: datetime
    # Separated by blanks. Given by an operator, never by a request.
    scopes: str = ""
    disabled_at: datetime | None = None

    @classmethod
    def new(cls, email: str, password_hash: str, *, at: datetime) -> "Account":
        return cls(id=uuid4(), email=email, password_hash=password_hash, created_at=at)


@dataclass(eq=False)
class Login:
    """From a password to a logout. All tokens that go back to one password belong to one login."""

    id: UUID
    account_id: UUID
    started_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None

    @classmethod
    def new(cls, account_id: UUID, *, at: datetime, days: int) -> "Login":
        return cls(uuid4(), account_id, started_at=at, expires_at=at + timedelta(days=days))

    def end(self, *, at: datetime) -> None:
        self.ended_at = self.ended_at or at


def is_open(ended_at: datetime | None, expires_at: datetime, *, at: datetime) -> bool:
    """Say whether a login that says this of itself counts."""
    return ended_at is None and at < expires_at


@dataclass(eq=False)
class RefreshToken:
    """What continues a login, once. Only its digest is kept."""

    digest: str
    login_id: UUID
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is checked against."""

    account_id: UUID
    password_hash: str
