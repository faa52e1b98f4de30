"""Authentication of WebSockets by an access token of the identity provider."""

from typing import Annotated

from fastapi import Depends, WebSocket

from ..kit.fastapi.websocket import Socket
from .fastapi import AccessTokens, authenticate, scheme
from .tokens import bearer_token
from .user import User


async def open_socket(
    websocket: WebSocket,
    access_tokens: AccessTokens,
    header: Annotated[str | None, Depends(scheme)],
) -> Socket[User]:
    async def authenticate_token(token: str) -> User:
        return await authenticate(access_tokens, f"Bearer {token}", None)

    return await Socket.open(websocket, authenticate_token, bearer_token(header))


UserSocket = Annotated[Socket[User], Depends(open_socket)]
