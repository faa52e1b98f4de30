"""Authentication of requests to the mounted application."""

from starlette.requests import Request

from .fastapi import authenticate, scheme
from .user import User


async def authenticate_request(request: Request) -> User:
    return await authenticate(request.app.state.access_tokens, await scheme(request), None)
