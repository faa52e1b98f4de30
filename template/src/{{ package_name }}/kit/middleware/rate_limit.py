"""Rate limits by sliding windows, in memory per process or in Redis for all processes.

While Redis does not respond, each process counts for itself.
"""

from collections import deque
from collections.abc import Hashable
from functools import lru_cache
from ipaddress import IPv6Address, ip_network
from math import ceil
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

import structlog

from ..rate import Rate
from .proxy_headers import parse_address

if TYPE_CHECKING:
    from .redis_rate_limit import RedisRateLimiter

log = structlog.stdlib.get_logger(__name__)

# Seconds for which Redis is not asked after it has not responded.
PAUSE: Final = 5.0

parse_rate = lru_cache(maxsize=64)(Rate.parse)


@lru_cache(maxsize=4096)
def client_key(address: str) -> str:
    """Return the key of a client. For IPv6 it is the /64 network, which one customer has."""
    try:
        parsed = parse_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)


class RateLimiter:
    """Counts requests, from threads and from an event loop, which it never blocks."""

    def __init__(self, redis_url: str = "") -> None:
        self._memory = SlidingWindows()
        self._redis = _redis(redis_url) if redis_url else None
        self._paused_until = 0.0
        self._failed = False

    def hit(self, rate: Rate, *key: str) -> int:
        """Count a request. Return 0, or the seconds until the next one is allowed."""
        if self._redis is None or not self._may_ask():
            return self._hit_memory(rate, *key)
        try:
            return self._succeed(self._redis.hit(rate, *key))
        except OSError as error:
            self._fail(error)
            return self._hit_memory(rate, *key)

    async def hit_async(self, rate: Rate, *key: str) -> int:
        """Do the same as `hit` without blocking the event loop."""
        if self._redis is None or not self._may_ask():
            return self._hit_memory(rate, *key)
        try:
            return self._succeed(await self._redis.hit_async(rate, *key))
        except OSError as error:
            self._fail(error)
            return self._hit_memory(rate, *key)

    def _hit_memory(self, rate: Rate, *key: str) -> int:
        return ceil(self._memory.hit((rate, *key), rate.amount, rate.seconds))

    def close(self) -> None:
        if self._redis:
            self._redis.close()

    async def close_async(self) -> None:
        if self._redis:
            await self._redis.close_async()

    def _may_ask(self) -> bool:
        """Whether to ask Redis: while it does not respond, one request per pause tries it."""
        now = monotonic()
        if now < self._paused_until:
            return False
        if self._failed:
            self._paused_until = now + PAUSE
        return True

    def _succeed(self, seconds: int) -> int:
        if self._failed:
            self._failed = False
            self._paused_until = 0.0
            log.info("rate limits are counted in Redis again")
        return seconds

    def _fail(self, error: OSError) -> None:
        self._paused_until = monotonic() + PAUSE
        if not self._failed:
            self._failed = True
            log.warning("Redis does not respond: each process counts for itself", error=str(error))


def _redis(url: str) -> "RedisRateLimiter":
    # Its import is slow, and few need it.
    from .redis_rate_limit import RedisRateLimiter

    return RedisRateLimiter(url)


class SlidingWindows:
    """The times of recent requests, by key.

    The memory storage of `limits` 5.8 walks through all of its keys a hundred times a second, in a
    thread of its own, and drops locks that are held.
    """

    def __init__(self) -> None:
        self._windows: dict[Hashable, tuple[int, deque[float]]] = {}
        self._lock = Lock()
        self._next_sweep = 0.0

    def hit(self, key: Hashable, amount: int, seconds: int) -> float:
        now = monotonic()
        with self._lock:
            if now >= self._next_sweep:
                self._sweep(now)
            # A full deque drops its oldest item when one is appended.
            _, times = self._windows.setdefault(key, (seconds, deque(maxlen=amount)))
            if len(times) == amount and times[0] > now - seconds:
                return times[0] + seconds - now
            times.append(now)
            return 0.0

    def _sweep(self, now: float) -> None:
        """Once a minute, drop the keys without a request in their window."""
        self._windows = {
            key: (seconds, times)
            for key, (seconds, times) in self._windows.items()
            if times[-1] > now - seconds
        }
        self._next_sweep = now + 60
