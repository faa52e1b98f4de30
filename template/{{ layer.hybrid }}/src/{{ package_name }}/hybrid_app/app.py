"""Puts both halves together: what FastAPI does not know, Flask answers."""

from collections.abc import Callable, Iterable

from fastapi import APIRouter, FastAPI

from .. import fastapi_app
from ..fastapi_app.features import FEATURES
from ..settings import Settings, load
from . import legacy


def create_app(
    settings: Settings | None = None,
    *,
    features: Iterable[APIRouter] = FEATURES,
    mount: Callable[[FastAPI, Settings], None] = legacy.mount,
) -> FastAPI:
    """Return FastAPI with `features`, and Flask for every other path and method.

    An endpoint moves over by being added to `features`; its URL stays, and so does the answer.
    `mount` adds the Flask application: by default the one that `legacy` describes.
    """
    settings = settings or load()
    app = fastapi_app.create_app(settings, features=features)
    mount(app, settings)
    return app
