"""What a token says of its bearer, in the words of this service."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from .identity import User

# A token that says one of these is for whoever logs somebody in, and no right to call anything:
# OpenID Connect Core 1.0, sections 2 and 3.3.2.11; Back-Channel Logout 1.0, section 2.4.
_NOT_FOR_CALLS = {"nonce", "at_hash", "c_hash", "s_hash", "events"}


def user(claims: Mapping[str, Any], scope_claims: Iterable[str] = ()) -> User:
    """Return whoever `iss` knows as `sub`: always the same id, and another for any other issuer."""
    scopes = {scope for name in scope_claims for scope in _words(_found(claims, name))}
    return User(uuid5(uuid5(NAMESPACE_URL, claims["iss"]), claims["sub"]), frozenset(scopes))


def is_for_calls(claims: Mapping[str, Any]) -> bool:
    """Whether nothing tells that this is an ID token, a logout token or a refresh token."""
    # Keycloak names the kind in `typ`, Amazon Cognito in `token_use`.
    kinds = (claims.get("typ", "Bearer"), "Bearer"), (claims.get("token_use", "access"), "access")
    return _NOT_FOR_CALLS.isdisjoint(claims) and all(said == right for said, right in kinds)


def _found(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim by its name, or by the path to it; the name may have dots itself."""
    if name in claims:
        return claims[name]
    outer, _, inner = name.partition(".")
    within = claims.get(outer)
    return _found(within, inner) if inner and isinstance(within, Mapping) else None


def _words(value: object) -> list[str]:
    """Return what a claim lists: in a string separated by blanks (RFC 8693, 4.2), or in a list."""
    if isinstance(value, str):
        return value.split()
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
