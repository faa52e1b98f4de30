"""Who is calling the adopted application: asked as every endpoint of FastAPI asks."""

from starlette.requests import Request

from ..core.identity import User
from ..fastapi_app import identity


async def caller(request: Request) -> User:
    return await identity.user(request.app.state.database, await identity.scheme(request))
