"""Authentication of WebSockets by an access token."""

from typing import Annotated

from fastapi import Depends, WebSocket

from ..kit.fastapi import Database
from ..kit.fastapi.websocket import Socket
from .fastapi import AccessTokens, authenticate, scheme
from .user import User


async def open_socket(
    websocket: WebSocket,
    db: Database,
    access_tokens: AccessTokens,
    token: Annotated[str | None, Depends(scheme)],
) -> Socket[User]:
    return await Socket.open(websocket, lambda token: authenticate(db, access_tokens, token), token)


UserSocket = Annotated[Socket[User], Depends(open_socket)]
