"""FastAPI in front of another application, which serves every URL that FastAPI does not."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI

from . import fastapi_app
from .auth.request import authenticate_request
from .kit.hybrid.foreign_app import mount_foreign
from .settings import Settings, load_settings


def create_app(
    settings: Settings | None = None, *, routers: Iterable[APIRouter] = fastapi_app.ROUTERS
) -> FastAPI:
    """Return FastAPI with the application LEGACY_APP mounted last: docs/adopting.md."""
    settings = settings or load_settings()
    app = fastapi_app.create_app(settings, routers=routers)
    mount_foreign(app, settings, authenticate=authenticate_request)
    return app
