"""Rate limits of single endpoints."""

from fastapi import Request
from limits import parse

from ..errors import TooManyRequests
from ..middleware.rate_limit import RateLimiter, client_key


class RateLimit:
    """Limits the requests of a client by a setting: `Depends(RateLimit("login_rate_limit"))`.

    Endpoints with the same setting share a count. An empty setting is no limit.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting

    async def __call__(self, request: Request) -> None:
        client = request.client.host if request.client else ""
        await self.count(request, client_key(client))

    async def count(self, request: Request, key: str) -> None:
        """Count a request by `key` instead of its client.

        Raises:
            TooManyRequests: The limit is exceeded.
        """
        state = request.app.state
        if not (rate := getattr(state.settings, self._setting)):
            return
        limiter: RateLimiter = state.request_filter.limiter
        if seconds := await limiter.hit_async(parse(rate), self._setting, key):
            raise TooManyRequests(seconds)  # guard: login-limit
