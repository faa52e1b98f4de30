"""The cache, as a dependency of endpoints."""

from functools import partial
from typing import Annotated
from weakref import finalize

from flask import Flask, Response, current_app

from .. import cache
from ..settings import KitSettings
from .routing.calls import Depends


def register(app: Flask, settings: KitSettings) -> None:
    """Let endpoints of `app` use `Cache`."""
    opened = app.extensions["cache"] = cache.open_cache(settings)
    finalize(app, opened.close)


def get_cache(response: Response) -> cache.Cache:
    found: cache.Cache = current_app.extensions["cache"]
    return found.reporting(partial(response.headers.add, "cache-status"))


Cache = Annotated[cache.Cache, Depends(get_cache)]
