"""Puts both halves together: what FastAPI does not know, Flask answers."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI

from .. import fastapi_app
from ..fastapi_app.features import FEATURES
from ..settings import Settings, load
from . import legacy


def create_app(
    settings: Settings | None = None, *, features: Iterable[APIRouter] = FEATURES
) -> FastAPI:
    """Return FastAPI with `features`, and Flask for every other path and method.

    An endpoint moves over by being added to `features`; its URL stays, and so does the answer.
    """
    settings = settings or load()
    app = fastapi_app.create_app(settings, features=features)
    legacy.mount(app, settings)
    return app
