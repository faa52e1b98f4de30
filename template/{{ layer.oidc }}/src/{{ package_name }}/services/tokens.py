"""Access tokens of an identity provider: signed by it, meant for here, and of now (RFC 9068)."""

from concurrent.futures import Future
from typing import Any, Final

import jwt

from .. import logs
from ..auth_settings import AuthSettings
from ..core.claims import is_for_calls, user
from ..core.errors import Unauthorized
from ..core.identity import User
from .signing_keys import SigningKeys

REQUIRED: Final = ["exp", "iss", "aud", "sub"]  # guard: required-claims
# RFC 9068, 4, and RFC 7519, 5.1: what it is may be left out, but it must not be something else.
ACCESS: Final = {"at+jwt", "application/at+jwt"}
TYPES: Final = ACCESS | {"jwt", ""}


class AccessTokens:
    """Checks them."""

    def __init__(self, settings: AuthSettings) -> None:
        self._keys = SigningKeys(settings)
        self._issuer = settings.oidc_issuer
        self._audience = settings.oidc_audience
        self._algorithms = settings.oidc_algorithms  # guard: provider-algorithms
        self._scope_claims = settings.oidc_scope_claims
        self._leeway = settings.oidc_leeway_seconds
        # Looking up a name has no limit of its own.
        self.patience = settings.oidc_timeout_seconds + 1

    def pending(self, token: str | None) -> "Future[None] | None":
        """Return what to wait for before `identify`: the keys, if `token` needs others.

        Wait for `patience` seconds at most: a thread may block, the event loop must not.
        """
        try:
            return self._keys.pending(self._header(token)["kid"])
        except (jwt.PyJWTError, ValueError):
            return None

    def identify(self, token: str | None) -> User:
        """Return who sent `token`; raise `Unauthorized` unless it is a valid one for here."""
        if not token:
            raise Unauthorized("This needs an access token.")
        try:
            return user(self._claims(token), self._scope_claims)
        except (jwt.PyJWTError, ValueError, OverflowError) as error:
            # That a token has had its time is said to every client once in a while.
            expected = isinstance(error, jwt.ExpiredSignatureError)
            logs.security("access token refused", expected=expected, reason=type(error).__name__)
            message = "The access token is not valid, or not any more."
            raise Unauthorized(message) from None

    def _claims(self, token: str) -> dict[str, Any]:
        header = self._header(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            self._key(header),
            # Those of the settings, whatever the token says of itself.
            algorithms=self._algorithms,
            issuer=self._issuer,  # guard: token-issuer
            audience=self._audience,  # guard: token-audience
            leeway=self._leeway,
            options={"require": REQUIRED, "enforce_minimum_key_length": True},
        )
        if not claims["sub"]:
            raise jwt.InvalidTokenError("nobody's")
        if _type(header) not in ACCESS and not is_for_calls(claims):  # guard: token-type
            raise jwt.InvalidTokenError("not an access token")
        return claims

    def _header(self, token: str | None) -> dict[str, Any]:
        """Return the header of a token that may be a good one. Nothing of it is proven yet."""
        header: dict[str, Any] = jwt.get_unverified_header(token or "")
        if not isinstance(header.get("kid"), str) or _type(header) not in TYPES:
            raise jwt.InvalidTokenError("not an access token, or of no known key")
        if header.get("alg") not in self._algorithms:
            raise jwt.InvalidAlgorithmError("not one of OIDC_ALGORITHMS")
        return header

    def _key(self, header: dict[str, Any]) -> jwt.PyJWK:
        """Return the key that the token names, for what that key is for."""
        found = self._keys.find(header["kid"])
        if found is None:
            raise jwt.InvalidKeyError("not one of the provider's keys")
        if found.get("alg", header["alg"]) != header["alg"]:
            raise jwt.InvalidKeyError("a key for another algorithm")
        # Refuses a key of another kind than the algorithm's.
        return jwt.PyJWK(dict(found), header["alg"])


def _type(header: dict[str, Any]) -> str:
    return str(header.get("typ", "")).lower()


def bearer(header: str | None) -> str | None:
    """Return the token in a header `Authorization`, if it holds one."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
