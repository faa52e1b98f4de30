"""What this application offers. A new feature is imported and added here."""

from . import todos
from .routing import APIRouter

FEATURES: tuple[APIRouter, ...] = (todos.router,)
