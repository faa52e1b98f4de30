"""Puts both halves together: what FastAPI does not know, Flask answers."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI

from .. import fastapi_app
from ..fastapi_app.features import FEATURES
from ..fastapi_app.methods import Allowed
from ..settings import Settings, load
from . import legacy, openapi
from .bridge import WSGIBridge
from .methods import AllowBoth
from .routes import tells_route


def create_app(
    settings: Settings | None = None, *, features: Iterable[APIRouter] = FEATURES
) -> FastAPI:
    """Return FastAPI with `features`, and Flask for every other path and method.

    An endpoint moves over by being added to `features`; its URL stays, and so does the answer.
    """
    settings = settings or load()
    app = fastapi_app.create_app(settings, features=features)
    mounted = legacy.application(settings)
    openapi.merge(app, mounted)
    app.include_router(APIRouter(lifespan=_closing(mounted)))
    # Last and at the root: no URL of the legacy application changes.
    bridge = WSGIBridge(tells_route(mounted), threads=settings.threads)
    app.mount("", AllowBoth(bridge, Allowed(app)))
    return app


def _closing(mounted: object) -> Callable[[object], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        legacy.close(mounted)

    return lifespan
