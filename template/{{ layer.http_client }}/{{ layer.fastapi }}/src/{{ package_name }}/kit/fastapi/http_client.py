"""Other services, as dependencies of endpoints."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request

from ..http_client import Upstream, open_upstreams
from ..settings import KitSettings


def register(app: FastAPI, settings: KitSettings) -> None:
    """Let endpoints of `app` use the services of the settings."""
    upstreams = app.state.upstreams = open_upstreams(settings)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        for upstream in upstreams.values():
            await upstream.aclose()

    app.include_router(APIRouter(lifespan=lifespan))


def upstream(name: str) -> Callable[[Request], Coroutine[Any, Any, Upstream]]:
    """Return a dependency: `Rates = Annotated[Upstream, Depends(upstream("rates"))]`."""

    async def get_upstream(request: Request) -> Upstream:
        found: Upstream = request.app.state.upstreams[name]
        return found

    return get_upstream
