"""What an endpoint can ask for, by naming it in its signature."""

from typing import Annotated

from flask import current_app, request
from limits import parse

from ..core.errors import TooMany
from ..edge.limits import Limiter, client_key
from ..storage import blocking
from .routing import Depends


def database() -> blocking.Database:
    found: blocking.Database = current_app.extensions["database"]
    return found


Database = Annotated[blocking.Database, Depends(database)]


class Throttle:
    """Admits a client to an endpoint so many times: `Annotated[None, Depends(Throttle(...))]`.

    Endpoints that give the same name share a count.
    """

    def __init__(self, limit: str, *, name: str) -> None:
        self._limit = parse(limit)
        self._name = name

    def __call__(self) -> None:
        limiter: Limiter = current_app.extensions["limiter"]
        client = request.remote_addr or ""
        if seconds := limiter.hit(self._limit, self._name, client_key(client)):
            raise TooMany(seconds)
