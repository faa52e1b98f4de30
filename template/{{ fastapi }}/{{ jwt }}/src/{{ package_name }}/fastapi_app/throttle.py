"""How often a client may try what costs much, or can be guessed."""

from typing import Annotated

from fastapi import Depends, Request

from ..core.errors import TooMany
from ..edge.limits import Limiter, client_key, parsed


class Throttle:
    """Admits a client as often as a setting says: `Depends(Throttle("login_rate_limit"))`.

    Endpoints that name the same setting share a count; where it is empty, nothing is counted.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting

    async def __call__(self, request: Request) -> None:
        state = request.app.state
        if not (allowed := getattr(state.settings, self._setting)):
            return
        client = client_key(request.client.host if request.client else "")
        limiter: Limiter = state.limiter
        if seconds := await limiter.hit_async(parsed(allowed), self._setting, client):
            raise TooMany(seconds)  # guard: login-limit


LoginLimit = Annotated[None, Depends(Throttle("login_rate_limit"))]
