"""Authentication of requests to the mounted application."""

from starlette.requests import Request

from .fastapi import authenticate
from .user import User


async def authenticate_request(_: Request) -> User:
    return await authenticate()
