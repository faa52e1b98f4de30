"""Who is calling: whoever the identity provider issued the bearer token of the request to."""

import asyncio
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer, OpenIdConnect

from ..core import identity
from ..services import tokens

# The docs fill in where the provider is: see `security_schemes` in the settings.
scheme = OpenIdConnect(openIdConnectUrl="/", scheme_name="OpenID", auto_error=False)
# The same header once more, for tools that cannot log in and are given a token.
pasted = HTTPBearer(bearerFormat="JWT", scheme_name="Token", auto_error=False)


async def access_tokens(request: Request) -> tokens.AccessTokens:
    found: tokens.AccessTokens = request.app.state.auth
    return found


AccessTokens = Annotated[tokens.AccessTokens, Depends(access_tokens)]


async def user(
    checks: AccessTokens,
    header: Annotated[str | None, Depends(scheme)],
    _: Annotated[object, Depends(pasted)],
) -> identity.User:
    token = tokens.bearer(header)
    if pending := checks.pending(token):
        # Not `wait_for`: that would cancel what others wait for too.
        await asyncio.wait([asyncio.wrap_future(pending)], timeout=checks.patience)
    return checks.identify(token)  # guard: authentication


User = Annotated[identity.User, Depends(user)]
