"""Rate limits in Redis, for all processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from time import time
from typing import Any, Final

from limits.aio.storage import RedisStorage as AsyncRedisStorage
from limits.storage import RedisStorage
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from ..rate import Rate

# Seconds for a response of Redis; a request waits for two at most.
TIMEOUT: Final = 0.3


class RedisRateLimiter:
    """Counts requests in Redis.

    Raises:
        OSError: Redis does not respond, or responds with an error.
    """

    def __init__(self, url: str) -> None:
        # One retry, at once: an idle connection may have been closed.
        self._blocking = RedisStorage(url, **_options(Retry(NoBackoff(), 1)))
        self._async = AsyncRedisStorage(
            f"async+{url}", implementation="redispy", **_options(AsyncRetry(NoBackoff(), 1))
        )

    def hit(self, rate: Rate, *key: str) -> int:
        window = _name(rate, *key), rate.amount, rate.seconds
        with _translate_errors():
            if self._blocking.acquire_entry(*window):
                return 0
            return _seconds_left(self._blocking.get_moving_window(*window)[0], rate)

    async def hit_async(self, rate: Rate, *key: str) -> int:
        window = _name(rate, *key), rate.amount, rate.seconds
        with _translate_errors():
            if await self._async.acquire_entry(*window):
                return 0
            return _seconds_left((await self._async.get_moving_window(*window))[0], rate)

    def close(self) -> None:
        self._blocking.storage.close()

    async def close_async(self) -> None:
        self.close()
        bridge: Any = self._async.bridge
        await bridge.storage.aclose()


def _name(rate: Rate, *key: str) -> str:
    """Return the Redis key. A slash within a part is doubled, so that parts stay distinct."""
    parts = [part.replace("/", "//") for part in key]
    return "/".join(["LIMITER", *parts, str(rate.amount), str(rate.seconds)])


def _seconds_left(start: float, rate: Rate) -> int:
    """Return the seconds until a window that began at `start` allows a request."""
    return max(1, ceil(start + rate.seconds - time()))


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise OSError(type(error).__name__) from error


def _options(retry: Retry | AsyncRetry) -> dict[str, Any]:
    return {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": retry}
