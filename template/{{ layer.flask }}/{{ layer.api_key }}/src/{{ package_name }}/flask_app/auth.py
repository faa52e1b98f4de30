"""What there is to sign in with: nothing, keys are given out on the command line."""

from ..settings import Settings
from .routing import APIRouter

FEATURES: tuple[APIRouter, ...] = ()


def prepare(_: Settings) -> object:
    """Return what `identity` needs: nothing."""
    return None
