"""Dependencies for Flask: authentication by an access token of the identity provider."""

from concurrent.futures import wait
from typing import Annotated

from flask import Flask, current_app

from ..kit.concurrency_limit import ConcurrencyLimit
from ..kit.flask import Depends, SecurityScheme
from . import tokens
from .settings import AuthSettings
from .user import User

# `AuthSettings.openapi_security_schemes` adds the URL.
scheme = SecurityScheme("OpenID", {"type": "openIdConnect", "openIdConnectUrl": "/"})
# The same header, for tools that cannot log in and take a token.
token_scheme = SecurityScheme("Token", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})


class AccessTokens(tokens.AccessTokens):
    """Verifies tokens in threads, of which `max_waiting` may wait for the provider."""

    def __init__(self, settings: AuthSettings, max_waiting: int) -> None:
        super().__init__(settings)
        self.limit = ConcurrencyLimit(max_waiting, "identity provider")


def register(app: Flask, settings: AuthSettings, max_waiting: int) -> None:
    """Let endpoints of `app` use `CurrentUser`."""
    app.extensions["access_tokens"] = AccessTokens(settings, max_waiting)


def get_access_tokens() -> AccessTokens:
    access_tokens: AccessTokens = current_app.extensions["access_tokens"]
    return access_tokens


def authenticate(
    access_tokens: Annotated[AccessTokens, Depends(get_access_tokens)],
    header: Annotated[str | None, Depends(scheme)],
    _: Annotated[object, Depends(token_scheme)],
) -> User:
    token = tokens.bearer_token(header)
    if pending := access_tokens.pending_keys(token):
        with access_tokens.limit:
            wait([pending], timeout=access_tokens.wait_timeout)
    return access_tokens.authenticate(token)  # guard: authentication


CurrentUser = Annotated[User, Depends(authenticate)]
