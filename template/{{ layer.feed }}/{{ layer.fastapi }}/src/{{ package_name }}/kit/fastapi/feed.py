"""The feed for FastAPI: `feed: Feed` in the signature of an endpoint."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import HTTPConnection

from .. import feed
from ..feed.settings import FeedSettings


def register(app: FastAPI, settings: FeedSettings) -> None:
    """Let endpoints of `app` use `Feed`."""
    app.state.feed = feed.Feed(settings)
    app.include_router(APIRouter(lifespan=_run))


@asynccontextmanager
async def _run(app: FastAPI) -> AsyncIterator[None]:
    async with app.state.feed.running():
        yield


async def get_feed(connection: HTTPConnection) -> feed.Feed:
    found: feed.Feed = connection.app.state.feed
    return found


Feed = Annotated[feed.Feed, Depends(get_feed)]
