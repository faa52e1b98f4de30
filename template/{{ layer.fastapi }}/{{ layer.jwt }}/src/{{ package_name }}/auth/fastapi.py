"""Dependencies for FastAPI: authentication by an access token, and rate limits of logins."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.security import OAuth2PasswordBearer
from starlette.requests import HTTPConnection

from ..kit.fastapi import Database
from ..kit.fastapi.rate_limit import RateLimit
from . import service, tokens
from .settings import AuthSettings
from .user import User

# Relative to the document, so that it is right under any prefix.
scheme = OAuth2PasswordBearer("api/v1/auth/token", scheme_name="Password", auto_error=False)


def register(app: FastAPI, settings: AuthSettings) -> None:
    """Let endpoints of `app` use `CurrentUser` and `AccessTokens`."""
    app.state.access_tokens = tokens.AccessTokens(settings)


async def get_access_tokens(connection: HTTPConnection) -> tokens.AccessTokens:
    access_tokens: tokens.AccessTokens = connection.app.state.access_tokens
    return access_tokens


AccessTokens = Annotated[tokens.AccessTokens, Depends(get_access_tokens)]


async def authenticate(
    db: Database, access_tokens: AccessTokens, token: Annotated[str | None, Depends(scheme)]
) -> User:
    claims = access_tokens.verify(token)
    return await db.read(service.authenticate, claims)  # guard: authentication


CurrentUser = Annotated[User, Depends(authenticate)]


async def _limit_account(request: Request) -> Callable[[str], Awaitable[None]]:
    return partial(RateLimit("account_rate_limit").count, request)


# Counts logins and registrations of a client.
LoginLimit = Annotated[None, Depends(RateLimit("login_rate_limit"))]
# A function that counts the logins to an account, by its key.
AccountLimit = Annotated[Callable[[str], Awaitable[None]], Depends(_limit_account)]
