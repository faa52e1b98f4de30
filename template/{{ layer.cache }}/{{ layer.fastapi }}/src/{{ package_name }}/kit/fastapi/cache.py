"""The cache, as a dependency of endpoints."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request, Response

from .. import cache
from ..settings import KitSettings


def register(app: FastAPI, settings: KitSettings) -> None:
    """Let endpoints of `app` use `Cache`."""
    opened = app.state.cache = cache.open_cache(settings)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        await opened.aclose()

    app.include_router(APIRouter(lifespan=lifespan))


async def get_cache(request: Request, response: Response) -> cache.Cache:
    found: cache.Cache = request.app.state.cache
    return found.reporting(partial(response.headers.append, "cache-status"))


Cache = Annotated[cache.Cache, Depends(get_cache)]
