"""Who is calling: whoever the API key of the request was given to."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import APIKeyHeader

from ..core import identity
from ..services import api_keys
from .dependencies import Database

scheme = APIKeyHeader(name="X-API-Key", scheme_name="Key", auto_error=False)


async def user(db: Database, sent: Annotated[str | None, Depends(scheme)]) -> identity.User:
    return await db.read(api_keys.identify, sent)  # guard: authentication


User = Annotated[identity.User, Depends(user)]
