"""Access tokens: JWTs that this service signs for itself, valid for minutes (RFC 9068, RFC 8725)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from time import time
from typing import Any, Final
from uuid import UUID

import jwt
import structlog

from ..kit.errors import Unauthorized
from ..kit.observability import logs
from .settings import GENERATED, AuthSettings

log = structlog.stdlib.get_logger(__name__)

ALGORITHM: Final = "HS256"
TYPE: Final = "at+jwt"
# Seconds by which the clocks of two machines may differ.
LEEWAY: Final = 10
# Verified tokens that are cached.
CACHE_SIZE: Final = 1024
REQUIRED: Final = ["exp", "iat", "nbf", "iss", "aud", "sub", "jti"]  # guard: required-claims


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a valid token."""

    account_id: UUID
    session_id: UUID


class AccessTokens:
    """Signs and verifies access tokens."""

    def __init__(self, settings: AuthSettings) -> None:
        self._keys = settings.signing_keys
        self._key_id = next(iter(self._keys))
        self._issuer = settings.jwt_issuer
        self._audience = settings.jwt_audience
        self.seconds = settings.access_token_seconds
        self.login_days = settings.login_days
        # Claims and expiry of verified tokens: a client sends the same one many times.
        self._cache: dict[str, tuple[Claims, int]] = {}
        if self._key_id == GENERATED:
            log.info("generated a signing key for development", setting="JWT_KEYS")

    def issue(self, claims: Claims, *, at: datetime | None = None) -> str:
        now = at or datetime.now(UTC)
        payload = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(claims.account_id),
            "sid": str(claims.session_id),
            "jti": token_urlsafe(16),
            "iat": now,
            "nbf": now,
            "exp": now + timedelta(seconds=self.seconds),
        }
        headers = {"typ": TYPE, "kid": self._key_id}
        return jwt.encode(payload, self._keys[self._key_id], ALGORITHM, headers)

    def verify(self, token: str | None) -> Claims:
        """Return the claims of a token; raise `Unauthorized` unless it is valid."""
        if not token:
            raise Unauthorized("An access token is required.")
        claims, expiry = self._cache.get(token, (None, 0))
        if claims and time() < expiry:  # guard: token-expiry
            return claims
        try:
            payload = self._decode(token)
            claims = Claims(UUID(payload["sub"]), UUID(payload["sid"]))
            return self._store(token, claims, int(payload.get("exp", 0)) + LEEWAY)
        except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError) as error:
            expected = isinstance(error, jwt.ExpiredSignatureError)
            logs.security("access token refused", expected=expected, reason=type(error).__name__)
            raise Unauthorized("Invalid or expired access token.") from None

    def _store(self, token: str, claims: Claims, expiry: int) -> Claims:
        if len(self._cache) >= CACHE_SIZE:
            self._cache.clear()
        self._cache[token] = claims, expiry
        return claims

    def _decode(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        if str(header.get("typ")).lower() != TYPE:  # guard: token-type
            raise jwt.InvalidTokenError("not an access token")
        return jwt.decode(
            token,
            self._keys[header["kid"]],
            # Not the algorithm of the token's header.
            algorithms=[ALGORITHM],  # guard: token-algorithm
            issuer=self._issuer,  # guard: token-issuer
            audience=self._audience,  # guard: token-audience
            leeway=LEEWAY,
            options={"require": REQUIRED, "strict_aud": True},
        )


def bearer_token(authorization: str | None) -> str | None:
    """Return the token of an `Authorization` header, if it has one."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
