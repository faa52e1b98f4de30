"""What there is to sign in with: nothing, keys are given out on the command line."""

from fastapi import APIRouter

from ..settings import Settings

FEATURES: tuple[APIRouter, ...] = ()


def prepare(_: Settings) -> object:
    """Return what `identity` needs: nothing."""
    return None
