"""What this application offers. A new feature is imported and added here."""

from fastapi import APIRouter

from . import auth, todos

FEATURES: tuple[APIRouter, ...] = (
    *auth.FEATURES,
    todos.router,
    # Yours below.
)
