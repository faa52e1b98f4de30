"""What this application offers. A new feature is imported and added here."""

from .auth import flask_auth as auth
from .kit.flask.routing import APIRouter
from .todos.views import router as todos

FEATURES: tuple[APIRouter, ...] = (
    *auth.FEATURES,
    todos,
    # Yours below.
)
