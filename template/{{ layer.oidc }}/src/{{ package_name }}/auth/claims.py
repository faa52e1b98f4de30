"""The claims of a token: its user, and whether it is an access token."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from .user import User

# Claims of ID tokens and logout tokens, which authorize nothing:
# OpenID Connect Core 1.0, sections 2 and 3.3.2.11; Back-Channel Logout 1.0, section 2.4.
_OTHER_TOKENS: Final = {"nonce", "at_hash", "c_hash", "s_hash", "events"}


def user_from_claims(claims: Mapping[str, Any], scope_claims: Iterable[str] = ()) -> User:
    """Return the user of `iss` and `sub`: always the same ID, and another one for another issuer."""
    scopes = {scope for name in scope_claims for scope in _scopes(_claim(claims, name))}
    return User(uuid5(uuid5(NAMESPACE_URL, claims["iss"]), claims["sub"]), frozenset(scopes))


def is_access_token(claims: Mapping[str, Any]) -> bool:
    """Whether no claim shows that this is an ID token, a logout token or a refresh token."""
    # Keycloak has the kind in `typ`, Amazon Cognito in `token_use`.
    kinds = (claims.get("typ", "Bearer"), "Bearer"), (claims.get("token_use", "access"), "access")
    return _OTHER_TOKENS.isdisjoint(claims) and all(kind == expected for kind, expected in kinds)


def _claim(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim by its name or by a path to it, such as `a.b`; names may contain dots."""
    if name in claims:
        return claims[name]
    outer, _, inner = name.partition(".")
    nested = claims.get(outer)
    return _claim(nested, inner) if inner and isinstance(nested, Mapping) else None


def _scopes(value: object) -> list[str]:
    """Return the scopes of a claim: a string separated by spaces (RFC 8693, 4.2), or a list."""
    if isinstance(value, str):
        return value.split()
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
