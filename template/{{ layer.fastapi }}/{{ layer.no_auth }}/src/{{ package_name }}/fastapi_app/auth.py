"""What there is to sign in with: nothing, everybody may call."""

from fastapi import APIRouter

from ..settings import Settings

FEATURES: tuple[APIRouter, ...] = ()


def prepare(_: Settings) -> object:
    """Return what `identity` needs: nothing."""
    return None
