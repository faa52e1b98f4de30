"""Who is calling: whoever the identity provider issued the bearer token of the request to."""

from concurrent.futures import wait
from typing import Annotated

from flask import current_app

from ..core import identity
from ..services import tokens
from . import auth
from .routing import Depends, SecurityScheme

# The docs fill in where the provider is: see `security_schemes` in the settings.
scheme = SecurityScheme("OpenID", {"type": "openIdConnect", "openIdConnectUrl": "/"})
# The same header once more, for tools that cannot log in and are given a token.
pasted = SecurityScheme("Token", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})


def access_tokens() -> auth.AccessTokens:
    found: auth.AccessTokens = current_app.extensions["auth"]
    return found


AccessTokens = Annotated[auth.AccessTokens, Depends(access_tokens)]


def user(
    checks: AccessTokens,
    header: Annotated[str | None, Depends(scheme)],
    _: Annotated[object, Depends(pasted)],
) -> identity.User:
    token = tokens.bearer(header)
    if pending := checks.pending(token):
        with checks.waiting:
            wait([pending], timeout=checks.patience)
    return checks.identify(token)  # guard: authentication


User = Annotated[identity.User, Depends(user)]
