"""Access tokens of the identity provider for this service (RFC 9068)."""

from concurrent.futures import Future
from typing import Any, Final

import jwt

from ..kit.errors import Unauthorized
from ..kit.observability import logs
from .claims import is_access_token, user_from_claims
from .settings import AuthSettings
from .signing_keys import SigningKeys
from .user import User

REQUIRED: Final = ["exp", "iss", "aud", "sub"]  # guard: required-claims
# RFC 9068, 4, and RFC 7519, 5.1: the type may be missing, but no other type is accepted.
ACCESS: Final = {"at+jwt", "application/at+jwt"}
TYPES: Final = ACCESS | {"jwt", ""}


class AccessTokens:
    """Verifies access tokens."""

    def __init__(self, settings: AuthSettings) -> None:
        self._keys = SigningKeys(settings)
        self._issuer = settings.oidc_issuer
        self._audience = settings.oidc_audience
        self._algorithms = settings.oidc_algorithms  # guard: provider-algorithms
        self._scope_claims = settings.oidc_scope_claims
        self._leeway = settings.oidc_leeway_seconds
        # Longer than the timeout: resolving a host name has none.
        self.wait_timeout = settings.oidc_timeout_seconds + 1

    def pending_keys(self, token: str | None) -> "Future[None] | None":
        """Return a request for keys to wait for before `authenticate`, if `token` needs one.

        Wait for `wait_timeout` seconds at most.
        """
        try:
            return self._keys.pending(self._header(token)["kid"])
        except (jwt.PyJWTError, ValueError):
            return None

    def authenticate(self, token: str | None) -> User:
        """Return the user of a token; raise `Unauthorized` unless it is valid."""
        if not token:
            raise Unauthorized("An access token is required.")
        try:
            return user_from_claims(self._claims(token), self._scope_claims)
        except (jwt.PyJWTError, ValueError, OverflowError) as error:
            # Expired tokens are ordinary.
            expected = isinstance(error, jwt.ExpiredSignatureError)
            logs.security("access token refused", expected=expected, reason=type(error).__name__)
            raise Unauthorized("Invalid or expired access token.") from None

    def _claims(self, token: str) -> dict[str, Any]:
        header = self._header(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            self._key(header),
            # Not the algorithm of the token's header.
            algorithms=self._algorithms,
            issuer=self._issuer,  # guard: token-issuer
            audience=self._audience,  # guard: token-audience
            leeway=self._leeway,
            options={"require": REQUIRED, "enforce_minimum_key_length": True},
        )
        if not claims["sub"]:
            raise jwt.InvalidTokenError("empty sub")
        if _type(header) not in ACCESS and not is_access_token(claims):  # guard: token-type
            raise jwt.InvalidTokenError("not an access token")
        return claims

    def _header(self, token: str | None) -> dict[str, Any]:
        """Return the header of a token, which is not verified yet."""
        header: dict[str, Any] = jwt.get_unverified_header(token or "")
        if not isinstance(header.get("kid"), str) or _type(header) not in TYPES:
            raise jwt.InvalidTokenError("not an access token, or without a key ID")
        if header.get("alg") not in self._algorithms:
            raise jwt.InvalidAlgorithmError("not one of OIDC_ALGORITHMS")
        return header

    def _key(self, header: dict[str, Any]) -> jwt.PyJWK:
        """Return the key of a token."""
        key = self._keys.find(header["kid"])
        if key is None:
            raise jwt.InvalidKeyError("not one of the provider's keys")
        if key.get("alg", header["alg"]) != header["alg"]:
            raise jwt.InvalidKeyError("the key is for another algorithm")
        # It refuses a key of another type than the algorithm's.
        return jwt.PyJWK(dict(key), header["alg"])


def _type(header: dict[str, Any]) -> str:
    return str(header.get("typ", "")).lower()


def bearer_token(authorization: str | None) -> str | None:
    """Return the token of an `Authorization` header, if it has one."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
