"""Dependencies for FastAPI: authentication by an API key."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import APIKeyHeader

from ..kit.fastapi import Database
from . import service
from .user import User

scheme = APIKeyHeader(name="X-API-Key", scheme_name="Key", auto_error=False)


async def authenticate(db: Database, key: Annotated[str | None, Depends(scheme)]) -> User:
    return await db.read(service.authenticate, key)  # guard: authentication


CurrentUser = Annotated[User, Depends(authenticate)]
