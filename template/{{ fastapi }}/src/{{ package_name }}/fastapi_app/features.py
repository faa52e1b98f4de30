"""What this application offers. A new feature is imported and added here."""

from fastapi import APIRouter

from . import todos

FEATURES: tuple[APIRouter, ...] = (todos.router,)
