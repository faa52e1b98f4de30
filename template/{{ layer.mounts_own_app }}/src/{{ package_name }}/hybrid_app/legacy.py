"""The Flask application that FastAPI carries: this project's own half."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI
from flask import Flask

from .. import flask_app
from ..flask_app.features import FEATURES
from ..flask_app.routing import APIRouter as Router
from ..settings import Settings
from . import openapi
from .routes import carried
from .share import divide


def mount(app: FastAPI, settings: Settings, *, features: Iterable[Router] = FEATURES) -> None:
    """Let Flask answer with its `features`, and the same settings, what `app` does not know."""
    mounted = flask_app.create_app(settings, features=features)
    openapi.merge(app, mounted)
    app.include_router(APIRouter(lifespan=_closing(mounted)))
    # Last and at the root: no URL of the legacy application changes.
    half = carried(mounted, app, threads=settings.threads)
    app.mount("", half)
    divide(app, half, mounted, settings.fastapi_share)


def _closing(mounted: Flask) -> Callable[[object], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        for opened in ("database", "limiter"):
            mounted.extensions[opened].close()

    return lifespan
