"""Dependencies for FastAPI: authentication by an access token of the identity provider."""

import asyncio
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer, OpenIdConnect
from starlette.requests import HTTPConnection

from . import tokens
from .settings import AuthSettings
from .user import User

# `AuthSettings.openapi_security_schemes` adds the URL.
scheme = OpenIdConnect(openIdConnectUrl="/", scheme_name="OpenID", auto_error=False)
# The same header, for tools that cannot log in and take a token.
token_scheme = HTTPBearer(bearerFormat="JWT", scheme_name="Token", auto_error=False)


def register(app: FastAPI, settings: AuthSettings) -> None:
    """Let endpoints of `app` use `CurrentUser`."""
    app.state.access_tokens = tokens.AccessTokens(settings)


async def get_access_tokens(connection: HTTPConnection) -> tokens.AccessTokens:
    access_tokens: tokens.AccessTokens = connection.app.state.access_tokens
    return access_tokens


AccessTokens = Annotated[tokens.AccessTokens, Depends(get_access_tokens)]


async def authenticate(
    access_tokens: AccessTokens,
    header: Annotated[str | None, Depends(scheme)],
    _: Annotated[object, Depends(token_scheme)],
) -> User:
    token = tokens.bearer_token(header)
    if pending := access_tokens.pending_keys(token):
        # `wait_for` would cancel what other requests wait for, too.
        await asyncio.wait([asyncio.wrap_future(pending)], timeout=access_tokens.wait_timeout)
    return access_tokens.authenticate(token)  # guard: authentication


CurrentUser = Annotated[User, Depends(authenticate)]
