"""Rate limits by sliding windows, in memory per process or in Redis for all processes.

While Redis does not respond, each process counts for itself.
"""

import asyncio
from collections import deque
from ipaddress import IPv6Address, ip_network
from math import ceil
from threading import Lock
from time import monotonic, time
from typing import Any, Final

import structlog
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from .proxy_headers import parse_address

log = structlog.stdlib.get_logger(__name__)

# Seconds for a response of Redis; a request waits for two at most.
TIMEOUT: Final = 0.3
# Seconds for which Redis is not asked after it has not responded.
PAUSE: Final = 5.0


def client_key(address: str) -> str:
    """Return the key of a client. For IPv6 it is the /64 network, which one customer has."""
    parsed = parse_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed or address)


class RateLimiter:
    """Counts requests, from threads and from an event loop, which it never blocks."""

    def __init__(self, redis_url: str = "") -> None:
        self._memory = SlidingWindows()
        self._redis = _open_redis(redis_url) if redis_url else None
        self._paused_until = 0.0
        self._failed = False

    def hit(self, rate: RateLimitItem, *key: str) -> int:
        """Count a request. Return 0, or the seconds until the next one is allowed."""
        if self._redis and self._may_ask():
            try:
                seconds = _hit_redis(self._redis, rate, *key)
            except StorageError as error:
                self._fail(error)
            else:
                self._succeed()
                return seconds
        return ceil(self._memory.hit(rate.key_for(*key), rate.amount, rate.get_expiry()))

    async def hit_async(self, rate: RateLimitItem, *key: str) -> int:
        """Do the same as `hit` without blocking the event loop."""
        if self._redis:
            return await asyncio.to_thread(self.hit, rate, *key)
        return self.hit(rate, *key)

    def close(self) -> None:
        if self._redis:
            self._redis.storage.close()

    def _may_ask(self) -> bool:
        """Whether to ask Redis: while it does not respond, one request per pause tries it."""
        now = monotonic()
        if now < self._paused_until:
            return False
        if self._failed:
            self._paused_until = now + PAUSE
        return True

    def _succeed(self) -> None:
        if self._failed:
            self._failed = False
            self._paused_until = 0.0
            log.info("rate limits are counted in Redis again")

    def _fail(self, error: StorageError) -> None:
        self._paused_until = monotonic() + PAUSE
        if not self._failed:
            self._failed = True
            reason = type(error.storage_error).__name__
            log.warning("Redis does not respond: each process counts for itself", error=reason)


def _open_redis(url: str) -> RedisStorage:
    # Its import is slow, and few need it.
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    options: dict[str, Any] = {
        "socket_timeout": TIMEOUT,
        "socket_connect_timeout": TIMEOUT,
        # One retry, at once: an idle connection may have been closed.
        "retry": Retry(NoBackoff(), 1),
    }
    return RedisStorage(url, wrap_exceptions=True, **options)


def _hit_redis(storage: RedisStorage, rate: RateLimitItem, *key: str) -> int:
    windows = MovingWindowRateLimiter(storage)
    if windows.hit(rate, *key):
        return 0
    return max(1, ceil(windows.get_window_stats(rate, *key).reset_time - time()))


class SlidingWindows:
    """The times of recent requests, by key.

    The memory storage of `limits` 5.8 walks through all of its keys a hundred times a second, in a
    thread of its own, and drops locks that are held.
    """

    def __init__(self) -> None:
        self._windows: dict[str, tuple[int, deque[float]]] = {}
        self._lock = Lock()
        self._next_sweep = 0.0

    def hit(self, key: str, amount: int, seconds: int) -> float:
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
