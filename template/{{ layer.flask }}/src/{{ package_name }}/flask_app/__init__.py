"""The application, spoken in Flask. Nothing but what HTTP needs."""

from .app import create_app

__all__ = ["create_app"]
