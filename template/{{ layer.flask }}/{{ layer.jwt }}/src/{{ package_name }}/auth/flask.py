"""Dependencies for Flask: authentication by an access token, and rate limits of logins."""

from collections.abc import Callable
from typing import Annotated

from flask import Flask, current_app

from ..kit.flask import Database, Depends, SecurityScheme
from ..kit.flask.rate_limit import RateLimit
from . import service, tokens
from .settings import AuthSettings
from .user import User

# Relative to the document, so that it is right under any prefix.
_FLOW = {"scopes": {}, "tokenUrl": "api/v1/auth/token"}
scheme = SecurityScheme("Password", {"type": "oauth2", "flows": {"password": _FLOW}})


def register(app: Flask, settings: AuthSettings) -> None:
    """Let endpoints of `app` use `CurrentUser` and `AccessTokens`."""
    app.extensions["access_tokens"] = tokens.AccessTokens(settings)


def get_access_tokens() -> tokens.AccessTokens:
    access_tokens: tokens.AccessTokens = current_app.extensions["access_tokens"]
    return access_tokens


AccessTokens = Annotated[tokens.AccessTokens, Depends(get_access_tokens)]


def authenticate(
    db: Database, access_tokens: AccessTokens, header: Annotated[str | None, Depends(scheme)]
) -> User:
    claims = access_tokens.verify(tokens.bearer_token(header))
    return db.read(service.authenticate, claims)  # guard: authentication


CurrentUser = Annotated[User, Depends(authenticate)]


def _limit_account() -> Callable[[str], None]:
    return RateLimit("account_rate_limit").count


# Counts logins and registrations of a client.
LoginLimit = Annotated[None, Depends(RateLimit("login_rate_limit"))]
# A function that counts the logins to an account, by its key.
AccountLimit = Annotated[Callable[[str], None], Depends(_limit_account)]
