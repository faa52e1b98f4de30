"""What this application offers. A new feature is imported and added here."""

from . import auth
from .routing import APIRouter
from .todos import router as todos

FEATURES: tuple[APIRouter, ...] = (
    *auth.FEATURES,
    todos,
    # Yours below.
)
