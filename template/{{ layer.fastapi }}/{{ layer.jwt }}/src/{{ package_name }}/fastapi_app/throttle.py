"""How often a client may try what costs much, or can be guessed."""

from collections.abc import Awaitable, Callable
from functools import partial
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
        client = request.client.host if request.client else ""
        await self.admit(request, client_key(client))

    async def admit(self, request: Request, key: str) -> None:
        """Count something else than a client by this setting.

        Raises:
            TooMany: It has had its share.
        """
        state = request.app.state
        if not (allowed := getattr(state.settings, self._setting)):
            return
        limiter: Limiter = state.limiter
        if seconds := await limiter.hit_async(parsed(allowed), self._setting, key):
            raise TooMany(seconds)  # guard: login-limit


async def _per_account(request: Request) -> Callable[[str], Awaitable[None]]:
    return partial(Throttle("account_rate_limit").admit, request)


LoginLimit = Annotated[None, Depends(Throttle("login_rate_limit"))]
# To be called with what stands for an account.
AccountLimit = Annotated[Callable[[str], Awaitable[None]], Depends(_per_account)]
