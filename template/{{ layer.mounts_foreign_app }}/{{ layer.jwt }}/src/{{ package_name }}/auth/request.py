"""Authentication of requests to the mounted application."""

from starlette.requests import Request

from .fastapi import authenticate, scheme
from .user import User


async def authenticate_request(request: Request) -> User:
    state = request.app.state
    return await authenticate(state.database, state.access_tokens, await scheme(request))
