"""How often a client may try what costs much, or can be guessed."""

from typing import Annotated

from fastapi import Depends, Request

from ..core.errors import TooMany
from ..edge.guesses import FAMILIAR, account_key
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
        limiter: Limiter = state.limiter
        if seconds := await limiter.hit_async(parsed(allowed), self._setting, _client(request)):
            raise TooMany(seconds)


LoginLimit = Annotated[None, Depends(Throttle("login_rate_limit"))]


class Guesses:
    """Admits tries of one account's password as often as `ACCOUNT_RATE_LIMIT` says, whoever tries.

    Where somebody has logged in before, they are not counted here.
    """

    def __init__(self, request: Request) -> None:
        state = request.app.state
        self._allowed: str = state.settings.account_rate_limit
        self._limiter: Limiter = state.limiter
        self._client = _client(request)

    async def count(self, name: str) -> None:
        account = account_key(name)
        if not self._allowed or await self._limiter.used_up_async(
            FAMILIAR, "familiar", account, self._client
        ):
            return
        if seconds := await self._limiter.hit_async(parsed(self._allowed), "account", account):
            raise TooMany(seconds)

    async def remember(self, name: str) -> None:
        """Note that the password was right."""
        await self._limiter.hit_async(FAMILIAR, "familiar", account_key(name), self._client)


async def guesses(request: Request) -> Guesses:
    return Guesses(request)


AccountLimit = Annotated[Guesses, Depends(guesses)]


def _client(request: Request) -> str:
    return client_key(request.client.host if request.client else "")
