"""Rate limits of single endpoints."""

from flask import current_app, request
from limits import parse

from ..errors import TooManyRequests
from ..middleware.rate_limit import RateLimiter, client_key


class RateLimit:
    """Limits the requests of a client by a setting: `Depends(RateLimit("login_rate_limit"))`.

    Endpoints with the same setting share a count. An empty setting is no limit.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting

    def __call__(self) -> None:
        self.count(client_key(request.remote_addr or ""))

    def count(self, key: str) -> None:
        """Count a request by `key` instead of its client.

        Raises:
            TooManyRequests: The limit is exceeded.
        """
        state = current_app.extensions
        if not (rate := getattr(state["settings"], self._setting)):
            return
        limiter: RateLimiter = state["request_filter"].limiter
        if seconds := limiter.hit(parse(rate), self._setting, key):
            raise TooManyRequests(seconds)  # guard: login-limit
