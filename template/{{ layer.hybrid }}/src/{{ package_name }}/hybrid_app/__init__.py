"""FastAPI in front, and behind it the Flask application that has not moved over yet."""

from .app import create_app

__all__ = ["create_app"]
