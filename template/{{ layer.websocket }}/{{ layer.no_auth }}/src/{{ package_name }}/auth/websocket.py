"""Authentication of WebSockets: every client is anonymous."""

from typing import Annotated

from fastapi import Depends, WebSocket

from ..kit.fastapi.websocket import Socket
from .user import ANONYMOUS, User


async def authenticate(_: str) -> User:
    return ANONYMOUS


async def open_socket(websocket: WebSocket) -> Socket[User]:
    return await Socket.open(websocket, authenticate, credentials="")


UserSocket = Annotated[Socket[User], Depends(open_socket)]
