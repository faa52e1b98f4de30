"""Who is calling: whoever the API key of the request was given to."""

from typing import Annotated

from ..core import identity
from ..services import api_keys
from .dependencies import Database
from .routing import Depends, SecurityScheme

_HEADER = {"type": "apiKey", "in": "header", "name": "X-API-Key"}
scheme = SecurityScheme("Key", _HEADER, "X-API-Key")


def user(db: Database, sent: Annotated[str | None, Depends(scheme)]) -> identity.User:
    return db.read(api_keys.identify, sent)  # guard: authentication


User = Annotated[identity.User, Depends(user)]
