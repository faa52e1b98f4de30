"""What can be done with API keys: create, list, revoke, and tell who calls with one."""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import logs
from ..core.api_keys import MAX_NAME, ApiKey, join_scopes
from ..core.errors import Invalid, NotFound, Unauthorized
from ..core.identity import User
from ..storage import api_keys as tables

CHALLENGE: Final = "ApiKey"
# The prefix is there for scanners that look for secrets in code, the id for finding the row.
_KEY = re.compile(r"ak_([0-9a-f]{12})_(\S{1,100})")


def create(session: Session, name: str, scopes: Sequence[str] = (), *, days: int) -> str:
    """Return a new key. Nobody can read it again: a digest of it is kept."""
    if len(name) > MAX_NAME:
        raise Invalid(f"The name has more than {MAX_NAME} characters.")
    now = datetime.now(UTC)
    key_id, secret = token_hex(6), token_urlsafe(32)
    granted = join_scopes(scopes)
    expires_at = now + timedelta(days=days)
    session.add(ApiKey(key_id, name, _digest(secret), granted, now, expires_at))
    logs.security("api key created", expected=True, key_id=key_id, name=name, scopes=granted)
    return f"ak_{key_id}_{secret}"


def browse(session: Session) -> Sequence[str]:
    """Return a line about every key, oldest first; nothing in it is secret."""
    found = session.scalars(select(ApiKey).order_by(tables.api_keys.c.created_at))
    return [_line(key) for key in found]


def _line(key: ApiKey) -> str:
    state = "revoked" if key.revoked_at else f"until {key.expires_at:%Y-%m-%d}"
    return f"{key.id}  {state}  {key.name}  {key.scopes}".rstrip()


def revoke(session: Session, key_id: str) -> None:
    """End a key at once."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFound("There is no key with this id.")
    key.revoked_at = key.revoked_at or datetime.now(UTC)
    logs.security("api key revoked", expected=True, key_id=key_id, name=key.name)


def identify(session: Session, sent: str | None) -> User:
    """Return whose key was sent; raise `Unauthorized` unless it is one that counts."""
    parts = _KEY.fullmatch(sent or "")
    key = session.get(ApiKey, parts[1]) if parts else None
    known = key.digest if key else ""
    # As bytes: text beyond ASCII cannot be compared in constant time.
    same = hmac.compare_digest(_digest(parts[2] if parts else "").encode(), known.encode())
    if key is None or not same or not key.is_valid(at=datetime.now(UTC)):  # guard: api-key-secret
        if sent:
            logs.security("api key refused", key_id=key.id if key else None)
        raise Unauthorized("This needs a valid API key in X-API-Key.", challenge=CHALLENGE)
    return User(key.owner_id, frozenset(key.scopes.split()))


def _digest(secret: str) -> str:
    """Return what is stored. One round is enough for 256 random bits."""
    return sha256(secret.encode()).hexdigest()
