"""What an endpoint can ask for, by naming it in its signature."""

from typing import Annotated

from fastapi import Depends, Request
from limits import parse

from ..core.errors import TooMany
from ..edge.limits import Limiter, client_key
from ..storage import aio


async def database(request: Request) -> aio.Database:
    found: aio.Database = request.app.state.database
    return found


Database = Annotated[aio.Database, Depends(database)]


class Throttle:
    """Admits a client to an endpoint so many times: `Annotated[None, Depends(Throttle(...))]`.

    Endpoints that give the same name share a count.
    """

    def __init__(self, limit: str, *, name: str) -> None:
        self._limit = parse(limit)
        self._name = name

    async def __call__(self, request: Request) -> None:
        limiter: Limiter = request.app.state.limiter
        client = request.client.host if request.client else ""
        if seconds := await limiter.hit_async(self._limit, self._name, client_key(client)):
            raise TooMany(seconds)
