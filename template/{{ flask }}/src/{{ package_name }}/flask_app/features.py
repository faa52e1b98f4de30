"""What this application offers. A new feature is imported and added here."""

from . import auth
from .todos import router as todos
from .routing import APIRouter

FEATURES: tuple[APIRouter, ...] = (
    *auth.FEATURES,
    todos,
    # Yours below.
)
