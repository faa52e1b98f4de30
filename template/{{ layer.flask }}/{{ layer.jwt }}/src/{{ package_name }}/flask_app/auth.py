"""What there is to sign in with: accounts of this application's own."""

from ..services.tokens import AccessTokens
from ..settings import Settings
from . import accounts
from .routing import APIRouter

FEATURES: tuple[APIRouter, ...] = (accounts.router,)


def prepare(settings: Settings) -> AccessTokens:
    """Return what `identity` needs."""
    return AccessTokens(settings)
