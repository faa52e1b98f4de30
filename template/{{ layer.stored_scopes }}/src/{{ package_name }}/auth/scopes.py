"""Scopes, as they are stored."""

from collections.abc import Iterable
from typing import Final

from ..kit.errors import Invalid

MAX_SCOPES: Final = 1000


def join_scopes(scopes: Iterable[str]) -> str:
    """Return scopes as they are stored, separated by spaces.

    Raises:
        Invalid: A scope is empty or contains a space, or all have more than 1,000 characters.
    """
    unique = sorted({*scopes})
    if any(scope.split() != [scope] for scope in unique):
        raise Invalid("A scope is one word.")
    if len(joined := " ".join(unique)) > MAX_SCOPES:
        raise Invalid(f"The scopes have more than {MAX_SCOPES} characters.")
    return joined
