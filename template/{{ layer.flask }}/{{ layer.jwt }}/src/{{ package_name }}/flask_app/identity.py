"""Who is calling: whoever the bearer token of the request was issued to."""

from typing import Annotated

from flask import current_app

from ..core import identity
from ..services import accounts, tokens
from .dependencies import Database
from .routing import Depends, SecurityScheme

# Relative to the document, so that the docs find it under any prefix.
_FLOW = {"scopes": {}, "tokenUrl": "api/v1/auth/token"}
scheme = SecurityScheme("Password", {"type": "oauth2", "flows": {"password": _FLOW}})


def access_tokens() -> tokens.AccessTokens:
    found: tokens.AccessTokens = current_app.extensions["auth"]
    return found


AccessTokens = Annotated[tokens.AccessTokens, Depends(access_tokens)]


def user(
    db: Database, checks: AccessTokens, header: Annotated[str | None, Depends(scheme)]
) -> identity.User:
    return db.read(accounts.identify, checks.verify(tokens.bearer(header)))  # guard: authentication


User = Annotated[identity.User, Depends(user)]
