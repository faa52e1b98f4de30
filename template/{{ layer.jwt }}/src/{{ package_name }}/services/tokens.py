"""Access tokens: JWTs that are signed here, for here, and live for minutes (RFC 9068, RFC 8725)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from time import time
from typing import Any, Final
from uuid import UUID

import jwt
import structlog

from .. import logs
from ..auth_settings import MADE_UP, AuthSettings
from ..core.errors import Unauthorized

log = structlog.stdlib.get_logger(__name__)

ALGORITHM: Final = "HS256"
TYPE: Final = "at+jwt"
# Clocks of two machines differ.
LEEWAY: Final = 10
# Tokens that are remembered at the same time.
KNOWN: Final = 1024
REQUIRED: Final = ["exp", "iat", "nbf", "iss", "aud", "sub", "jti"]  # guard: required-claims


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says: which account, and which of its logins."""

    account_id: UUID
    login_id: UUID


class AccessTokens:
    """Signs and checks them."""

    def __init__(self, settings: AuthSettings) -> None:
        self._keys = settings.signing_keys
        self._signs = next(iter(self._keys))
        self._issuer = settings.jwt_issuer
        self._audience = settings.jwt_audience
        self.seconds = settings.access_token_seconds
        self.login_days = settings.login_days
        # What each token says that was found good, and until when it is: one comes many times.
        self._known: dict[str, tuple[Claims, int]] = {}
        if self._signs == MADE_UP:
            log.info("signing key made up for development", setting="JWT_KEYS")

    def issue(self, claims: Claims, *, at: datetime | None = None) -> str:
        now = at or datetime.now(UTC)
        payload = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(claims.account_id),
            "sid": str(claims.login_id),
            "jti": token_urlsafe(16),
            "iat": now,
            "nbf": now,
            "exp": now + timedelta(seconds=self.seconds),
        }
        headers = {"typ": TYPE, "kid": self._signs}
        return jwt.encode(payload, self._keys[self._signs], ALGORITHM, headers)

    def verify(self, token: str | None) -> Claims:
        """Return what `token` says; raise `Unauthorized` unless it is a valid one of ours."""
        if not token:
            raise Unauthorized("This needs an access token.")
        claims, until = self._known.get(token, (None, 0))
        if claims and time() < until:  # guard: token-expiry
            return claims
        try:
            payload = self._decoded(token)
            claims = Claims(UUID(payload["sub"]), UUID(payload["sid"]))
            return self._remembered(token, claims, int(payload.get("exp", 0)) + LEEWAY)
        except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError) as error:
            expected = isinstance(error, jwt.ExpiredSignatureError)
            logs.security("access token refused", expected=expected, reason=type(error).__name__)
            message = "The access token is not valid, or not any more."
            raise Unauthorized(message) from None

    def _remembered(self, token: str, claims: Claims, until: int) -> Claims:
        if len(self._known) >= KNOWN:
            self._known.clear()
        self._known[token] = claims, until
        return claims

    def _decoded(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        if str(header.get("typ")).lower() != TYPE:  # guard: token-type
            raise jwt.InvalidTokenError("not an access token")
        return jwt.decode(
            token,
            self._keys[header["kid"]],
            # Ours, whatever the token says of itself.
            algorithms=[ALGORITHM],  # guard: token-algorithm
            issuer=self._issuer,  # guard: token-issuer
            audience=self._audience,  # guard: token-audience
            leeway=LEEWAY,
            options={"require": REQUIRED, "strict_aud": True},
        )


def bearer(header: str | None) -> str | None:
    """Return the token in a header `Authorization`, if it holds one."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
