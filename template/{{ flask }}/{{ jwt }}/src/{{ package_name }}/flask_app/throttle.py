"""How often a client may try what costs much, or can be guessed."""

from typing import Annotated

from flask import current_app, request

from ..core.errors import TooMany
from ..edge.guesses import FAMILIAR, account_key
from ..edge.limits import Limiter, client_key, parsed
from .routing import Depends


class Throttle:
    """Admits a client as often as a setting says: `Depends(Throttle("login_rate_limit"))`.

    Endpoints that name the same setting share a count; where it is empty, nothing is counted.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting

    def __call__(self) -> None:
        state = current_app.extensions
        if not (allowed := getattr(state["settings"], self._setting)):
            return
        client = client_key(request.remote_addr or "")
        limiter: Limiter = state["limiter"]
        if seconds := limiter.hit(parsed(allowed), self._setting, client):
            raise TooMany(seconds)


LoginLimit = Annotated[None, Depends(Throttle("login_rate_limit"))]


class Guesses:
    """Admits tries of one account's password as often as `ACCOUNT_RATE_LIMIT` says, whoever tries.

    Where somebody has logged in before, they are not counted here.
    """

    def __init__(self) -> None:
        state = current_app.extensions
        self._allowed: str = state["settings"].account_rate_limit
        self._limiter: Limiter = state["limiter"]
        self._client = client_key(request.remote_addr or "")

    def count(self, name: str) -> None:
        account = account_key(name)
        if not self._allowed or self._limiter.used_up(FAMILIAR, "familiar", account, self._client):
            return
        if seconds := self._limiter.hit(parsed(self._allowed), "account", account):
            raise TooMany(seconds)

    def remember(self, name: str) -> None:
        """Note that the password was right."""
        self._limiter.hit(FAMILIAR, "familiar", account_key(name), self._client)


AccountLimit = Annotated[Guesses, Depends(Guesses)]
