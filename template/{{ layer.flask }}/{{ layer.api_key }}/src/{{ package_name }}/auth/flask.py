"""Dependencies for Flask: authentication by an API key."""

from typing import Annotated

from ..kit.flask import Database, Depends, SecurityScheme
from . import service
from .user import User

_HEADER = {"type": "apiKey", "in": "header", "name": "X-API-Key"}
scheme = SecurityScheme("Key", _HEADER, "X-API-Key")


def authenticate(db: Database, key: Annotated[str | None, Depends(scheme)]) -> User:
    return db.read(service.authenticate, key)  # guard: authentication


CurrentUser = Annotated[User, Depends(authenticate)]
