"""What there is to sign in with: nothing, the identity provider does it."""

from fastapi import APIRouter

from ..services.tokens import AccessTokens
from ..settings import Settings

FEATURES: tuple[APIRouter, ...] = ()


def prepare(settings: Settings) -> AccessTokens:
    """Return what `identity` needs."""
    return AccessTokens(settings)
