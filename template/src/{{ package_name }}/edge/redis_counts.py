"""Requests counted in Redis, for all processes together."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from time import time
from typing import Any

from limits.aio.storage import RedisStorage as AsyncRedisStorage
from limits.storage import RedisStorage
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from ..core.rates import Rate

# Seconds that a request waits for Redis, twice.
PATIENCE = 0.3


class RedisCounts:
    """Raises: OSError: Redis does not answer, or not as it should."""

    def __init__(self, url: str) -> None:
        # Once more, at once: a connection may have been closed while it was idle.
        self._blocking = RedisStorage(url, **_options(Retry(NoBackoff(), 1)))
        self._aio = AsyncRedisStorage(
            f"async+{url}", implementation="redispy", **_options(AsyncRetry(NoBackoff(), 1))
        )

    def hit(self, limit: Rate, *key: str) -> int:
        window = _name(limit, *key), limit.amount, limit.seconds
        with _as_os_error():
            if self._blocking.acquire_entry(*window):
                return 0
            return _left(self._blocking.get_moving_window(*window)[0], limit)

    async def hit_async(self, limit: Rate, *key: str) -> int:
        window = _name(limit, *key), limit.amount, limit.seconds
        with _as_os_error():
            if await self._aio.acquire_entry(*window):
                return 0
            return _left((await self._aio.get_moving_window(*window))[0], limit)

    def close(self) -> None:
        self._blocking.storage.close()

    async def close_async(self) -> None:
        self.close()
        bridge: Any = self._aio.bridge
        await bridge.storage.aclose()


def _name(limit: Rate, *key: str) -> str:
    """Return what Redis knows a count by; no part of `key` passes for two."""
    parts = [part.replace("/", "//") for part in key]
    return "/".join(["LIMITER", *parts, str(limit.amount), str(limit.seconds)])


def _left(start: float, limit: Rate) -> int:
    """Return the seconds until a window that began at `start` grants one more."""
    return max(1, ceil(start + limit.seconds - time()))


@contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise OSError(type(error).__name__) from error


def _options(retry: Retry | AsyncRetry) -> dict[str, Any]:
    return {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": retry}
