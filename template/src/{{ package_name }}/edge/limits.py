"""How often a client may ask: at most so many requests in any stretch of so many seconds.

The counts are in memory, each process its own, or in Redis for all processes together. While Redis
does not answer, each process counts for itself.
"""

from collections import deque
from collections.abc import Hashable
from functools import lru_cache
from ipaddress import IPv6Address, ip_network
from math import ceil
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from ..core.rates import Rate
from .forwarded import as_address

if TYPE_CHECKING:
    from .redis_counts import RedisCounts

log = structlog.stdlib.get_logger(__name__)

# Seconds for which nobody asks a Redis that has not answered.
PAUSE = 5.0


# `5/minute` as its numbers.
parsed = lru_cache(maxsize=64)(Rate.parse)


@lru_cache(maxsize=4096)
def client_key(address: str) -> str:
    """Return what is counted as one client: of IPv6, the network that a customer gets (/64)."""
    try:
        found = as_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found)


class Limiter:
    """Counts requests; the same from threads and from an event loop, which it never holds up."""

    def __init__(self, redis_url: str = "") -> None:
        self._memory = Memory()
        self._redis = _redis(redis_url) if redis_url else None
        self._silent_until = 0.0
        self._gone = False

    def hit(self, limit: Rate, *key: str) -> int:
        """Count a request and return 0, or return the seconds until the next one is granted."""
        if self._redis is None or not self._may_ask():
            return self._hit_memory(limit, *key)
        try:
            return self._heard(self._redis.hit(limit, *key))
        except OSError as error:
            self._without(error)
            return self._hit_memory(limit, *key)

    async def hit_async(self, limit: Rate, *key: str) -> int:
        """Do as `hit` does, and leave the event loop to others meanwhile."""
        if self._redis is None or not self._may_ask():
            return self._hit_memory(limit, *key)
        try:
            return self._heard(await self._redis.hit_async(limit, *key))
        except OSError as error:
            self._without(error)
            return self._hit_memory(limit, *key)

    def _hit_memory(self, limit: Rate, *key: str) -> int:
        return ceil(self._memory.hit((limit, *key), limit.amount, limit.seconds))

    def close(self) -> None:
        if self._redis:
            self._redis.close()

    async def close_async(self) -> None:
        if self._redis:
            await self._redis.close_async()

    def _may_ask(self) -> bool:
        """Whether to ask Redis: while it does not answer, one request tries it and waits."""
        now = monotonic()
        if now < self._silent_until:
            return False
        if self._gone:
            self._silent_until = now + PAUSE
        return True

    def _heard(self, seconds: int) -> int:
        if self._gone:
            self._gone = False
            self._silent_until = 0.0
            log.info("rate limits are counted in Redis again")
        return seconds

    def _without(self, error: OSError) -> None:
        self._silent_until = monotonic() + PAUSE
        if not self._gone:
            self._gone = True
            log.warning(
                "rate limits are counted by each process: Redis does not answer", error=str(error)
            )


def _redis(url: str) -> "RedisCounts":
    # Its client takes longer to import than most of what is here, and few need it.
    from .redis_counts import RedisCounts

    return RedisCounts(url)


class Memory:
    """The moments of requests, by key.

    Not the memory of `limits`: while there is traffic, that of 5.8 walks through all its keys a
    hundred times a second in a thread of its own, and drops locks that are held.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[int, deque[float]]] = {}
        self._lock = Lock()
        self._sweep_at = 0.0

    def hit(self, key: Hashable, amount: int, expiry: int) -> float:
        now = monotonic()
        with self._lock:
            if now >= self._sweep_at:
                self._sweep(now)
            # Of a full one, the oldest goes by itself when the newest comes.
            _, moments = self._kept.setdefault(key, (expiry, deque(maxlen=amount)))
            if len(moments) == amount and moments[0] > now - expiry:
                return moments[0] + expiry - now
            moments.append(now)
            return 0.0

    def _sweep(self, now: float) -> None:
        """Once a minute, forget those who have not asked for as long as their window is."""
        self._kept = {
            key: (expiry, moments)
            for key, (expiry, moments) in self._kept.items()
            if moments[-1] > now - expiry
        }
        self._sweep_at = now + 60
