"""What there is to sign in with: nothing, the identity provider does it."""

from ..services.tokens import AccessTokens
from ..settings import Settings
from .routing import APIRouter

FEATURES: tuple[APIRouter, ...] = ()


def prepare(settings: Settings) -> AccessTokens:
    """Return what `identity` needs."""
    return AccessTokens(settings)
