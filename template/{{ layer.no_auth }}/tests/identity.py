"""The user of the tests: every request is anonymous."""

from typing import Any

SETTINGS: dict[str, Any] = {}
ENVIRONMENT: dict[str, str] = {}


def sign_in(_: object) -> dict[str, str]:
    """Return no headers."""
    return {}
