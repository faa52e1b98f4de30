"""The WebSocket for FastAPI."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, FastAPI, Query

from ..auth.websocket import UserSocket
from ..kit.fastapi.feed import Feed
from ..todos.schemas import TodoOut
from . import changes


def topic(owner_id: UUID) -> str:
    return f"todos/{owner_id}"


@asynccontextmanager
async def _publish_changes(app: FastAPI) -> AsyncIterator[None]:
    def publish(owner_id: UUID, name: str, todo: TodoOut) -> None:
        app.state.feed.publish(topic(owner_id), name, todo)

    with changes.listening(publish):
        yield


router = APIRouter(prefix="/api/v1/todo-events", lifespan=_publish_changes)


@router.websocket("")
async def follow(
    socket: UserSocket, feed: Feed, after: Annotated[str, Query(max_length=40)] = ""
) -> None:
    """Send `created`, `changed` and `deleted` todos; `after` is the ID of the last event received."""
    await socket.serve(feed.follow(topic(socket.user.id), after))
