"""What there is to sign in with: nothing, the identity provider does it."""

from ..core.slots import Slots, most_threads
from ..services import tokens
from ..settings import Settings
from .routing import APIRouter

FEATURES: tuple[APIRouter, ...] = ()


class AccessTokens(tokens.AccessTokens):
    """Checks them in threads, of which some may wait for the provider."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.waiting = Slots(most_threads(settings.threads), "identity provider")


def prepare(settings: Settings) -> AccessTokens:
    """Return what `identity` needs."""
    return AccessTokens(settings)
