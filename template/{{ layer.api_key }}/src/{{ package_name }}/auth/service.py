"""The use cases of API keys: create, list, revoke, authenticate."""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..kit.errors import Invalid, NotFound, Unauthorized
from ..kit.observability import logs
from .models import MAX_NAME, ApiKey
from .scopes import join_scopes
from .user import User

CHALLENGE: Final = "ApiKey"
# The prefix lets secret scanners recognize a key, the ID finds its row.
_KEY = re.compile(r"ak_([0-9a-f]{12})_(\S{1,100})")


def create(session: Session, name: str, scopes: Sequence[str] = (), *, days: int) -> str:
    """Return a new key. It cannot be shown again: only a digest is stored."""
    if len(name) > MAX_NAME:
        raise Invalid(f"The name has more than {MAX_NAME} characters.")
    key_id, secret = token_hex(6), token_urlsafe(32)
    key = ApiKey(
        id=key_id,
        name=name,
        digest=_digest(secret),
        scopes=join_scopes(scopes),
        expires_at=datetime.now(UTC) + timedelta(days=days),
    )
    session.add(key)
    logs.security("api key created", expected=True, key_id=key_id, name=name, scopes=key.scopes)
    return f"ak_{key_id}_{secret}"


def list_keys(session: Session) -> Sequence[str]:
    """Return a line for each key, oldest first, without secrets."""
    keys = session.scalars(select(ApiKey).order_by(ApiKey.created_at))
    return [_describe(key) for key in keys]


def _describe(key: ApiKey) -> str:
    state = "revoked" if key.revoked_at else f"until {key.expires_at:%Y-%m-%d}"
    return f"{key.id}  {state}  {key.name}  {key.scopes}".rstrip()


def revoke(session: Session, key_id: str) -> None:
    """Revoke a key at once."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFound("There is no key with this ID.")
    key.revoked_at = key.revoked_at or datetime.now(UTC)
    logs.security("api key revoked", expected=True, key_id=key_id, name=key.name)


def authenticate(session: Session, value: str | None) -> User:
    """Return the owner of a key; raise `Unauthorized` unless it is valid."""
    parts = _KEY.fullmatch(value or "")
    key = session.get(ApiKey, parts[1]) if parts else None
    digest = key.digest if key else ""
    # As bytes: non-ASCII text cannot be compared in constant time.
    same = hmac.compare_digest(_digest(parts[2] if parts else "").encode(), digest.encode())
    if key is None or not same or not key.is_valid():  # guard: api-key-secret
        if value:
            logs.security("api key refused", key_id=key.id if key else None)
        raise Unauthorized("A valid API key in X-API-Key is required.", challenge=CHALLENGE)
    return User(key.owner_id, frozenset(key.scopes.split()))


def _digest(secret: str) -> str:
    """Return what is stored of a secret. One round suffices for 256 random bits."""
    return sha256(secret.encode()).hexdigest()
