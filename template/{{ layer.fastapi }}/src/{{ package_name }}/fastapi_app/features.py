"""What this application offers. A new feature is imported and added here."""

from fastapi import APIRouter

from . import auth
from .todos import router as todos

FEATURES: tuple[APIRouter, ...] = (
    *auth.FEATURES,
    todos,
    # Yours below.
)
