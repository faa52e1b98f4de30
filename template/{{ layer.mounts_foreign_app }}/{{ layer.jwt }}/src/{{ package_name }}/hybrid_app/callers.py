"""Who is calling the adopted application: asked as every endpoint of FastAPI asks."""

from starlette.requests import Request

from ..core.identity import User
from ..fastapi_app import identity


async def caller(request: Request) -> User:
    state, token = request.app.state, await identity.scheme(request)
    return await identity.user(state.database, state.auth, token)
