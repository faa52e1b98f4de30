"""Authentication of WebSockets by an API key."""

from typing import Annotated

from fastapi import Depends, WebSocket

from ..kit.fastapi import Database
from ..kit.fastapi.websocket import Socket
from .fastapi import authenticate, scheme
from .user import User


async def open_socket(
    websocket: WebSocket, db: Database, key: Annotated[str | None, Depends(scheme)]
) -> Socket[User]:
    return await Socket.open(websocket, lambda key: authenticate(db, key), key)


UserSocket = Annotated[Socket[User], Depends(open_socket)]
