"""Mounts the Flask application of this project."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI
from flask import Flask

from . import openapi
from .mount import WSGIBackend
from .traffic_split import split_traffic


def mount_flask(app: FastAPI, mounted: Flask, *, threads: int, share: float) -> None:
    """Let `mounted` serve every URL that `app` does not, with a common OpenAPI document."""
    openapi.merge(app, mounted)
    app.include_router(APIRouter(lifespan=_close(mounted)))
    backend = WSGIBackend(mounted, app, threads=threads)
    app.mount("", backend)
    split_traffic(app, backend, mounted, share)


def _close(mounted: Flask) -> Callable[[object], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        mounted.extensions["database"].close()
        mounted.extensions["request_filter"].limiter.close()

    return lifespan
