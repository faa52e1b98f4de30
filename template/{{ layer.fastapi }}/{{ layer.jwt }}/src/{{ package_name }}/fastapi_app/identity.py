"""Who is calling: whoever the bearer token of the request was issued to."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from ..core import identity
from ..services import accounts, tokens
from .dependencies import Database

# Relative to the document, so that the docs find it under any prefix.
scheme = OAuth2PasswordBearer("api/v1/auth/token", scheme_name="Password", auto_error=False)


async def access_tokens(request: Request) -> tokens.AccessTokens:
    found: tokens.AccessTokens = request.app.state.auth
    return found


AccessTokens = Annotated[tokens.AccessTokens, Depends(access_tokens)]


async def user(
    db: Database, checks: AccessTokens, token: Annotated[str | None, Depends(scheme)]
) -> identity.User:
    return await db.read(accounts.identify, checks.verify(token))  # guard: authentication


User = Annotated[identity.User, Depends(user)]
