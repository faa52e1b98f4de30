"""How often a client may try what costs much, or can be guessed."""

from collections.abc import Callable
from typing import Annotated

from flask import current_app, request

from ..core.errors import TooMany
from ..edge.limits import Limiter, client_key, parsed
from .routing import Depends


class Throttle:
    """Admits a client as often as a setting says: `Depends(Throttle("login_rate_limit"))`.

    Endpoints that name the same setting share a count; where it is empty, nothing is counted.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting

    def __call__(self) -> None:
        self.admit(client_key(request.remote_addr or ""))

    def admit(self, key: str) -> None:
        """Count something else than a client by this setting.

        Raises:
            TooMany: It has had its share.
        """
        state = current_app.extensions
        if not (allowed := getattr(state["settings"], self._setting)):
            return
        limiter: Limiter = state["limiter"]
        if seconds := limiter.hit(parsed(allowed), self._setting, key):
            raise TooMany(seconds)  # guard: login-limit


def _per_account() -> Callable[[str], None]:
    return Throttle("account_rate_limit").admit


LoginLimit = Annotated[None, Depends(Throttle("login_rate_limit"))]
# To be called with what stands for an account.
AccountLimit = Annotated[Callable[[str], None], Depends(_per_account)]
