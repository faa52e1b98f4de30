"""FastAPI in front of Flask, which serves every URL that FastAPI does not."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI

from . import fastapi_app, flask_app
from .kit.flask import APIRouter as FlaskRouter
from .kit.hybrid.own_app import mount_flask
from .settings import Settings, load_settings


def create_app(
    settings: Settings | None = None,
    *,
    routers: Iterable[APIRouter] = fastapi_app.ROUTERS,
    flask_routers: Iterable[FlaskRouter] = flask_app.ROUTERS,
) -> FastAPI:
    """Return FastAPI with Flask mounted last, so that no URL of Flask changes."""
    settings = settings or load_settings()
    app = fastapi_app.create_app(settings, routers=routers)
    mounted = flask_app.create_app(settings, routers=flask_routers)
    mount_flask(app, mounted, threads=settings.threads, share=settings.fastapi_share)
    return app
