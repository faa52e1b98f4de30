"""What this application offers. A new feature is imported and added here."""

from . import auth, todos
from .routing import APIRouter

FEATURES: tuple[APIRouter, ...] = (
    *auth.FEATURES,
    todos.router,
    # Yours below.
)
