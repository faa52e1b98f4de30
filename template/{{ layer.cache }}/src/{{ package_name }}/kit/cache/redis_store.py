"""Values in Redis or Valkey, for all processes. https://redis.readthedocs.io"""

import asyncio
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any, Final

import structlog
from redis import BlockingConnectionPool, Redis
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from ..bridge import on_event_loop, pause, wait

log = structlog.stdlib.get_logger(__name__)

# Seconds for a response of Redis; a request waits for two at most.
TIMEOUT: Final = 0.3
# Seconds for which Redis is not asked after it has failed.
PAUSE: Final = 5.0
# Seconds after which the maker of a value counts as dead, and another process makes it.
LEASE: Final = 30

_OPTIONS: Final[dict[str, Any]] = {
    "max_connections": 50,
    "timeout": TIMEOUT,  # For a free connection.
    "socket_timeout": TIMEOUT,
    "socket_connect_timeout": TIMEOUT,
}
_MAX_FORGOTTEN: Final = 10_000
_FAILED: Final = object()
_PACKAGE = __name__.partition(".")[0]
# Ends a lease, and stores the value, unless `delete` has ended the lease before.
_END_LEASE: Final = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
if ARGV[2] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1
"""


class RedisStore:
    """Its methods never raise: while Redis does not respond, they return None."""

    def __init__(self, url: str, count_error: Callable[[], None]) -> None:
        self._url = url.removeprefix("redis+")
        self._count_error = count_error
        pool = BlockingConnectionPool.from_url(self._url, retry=Retry(NoBackoff(), 1), **_OPTIONS)
        self._blocking = Redis.from_pool(pool)
        self._asyncio: tuple[asyncio.AbstractEventLoop, aioredis.Redis] | None = None
        self._lock = Lock()
        self._paused_until = 0.0
        self._forgotten: set[str] = set()
        self.failed = False

    def get(self, name: str) -> bytes | None:
        content = self._ask(lambda redis: redis.get(_keys(name)[0]))
        return None if content is _FAILED else content

    def lease(self, name: str, token: str) -> bool | None:
        """Return False if another process has a lease."""
        key = _keys(name)[1]
        leased = self._ask(lambda redis: redis.set(key, token, nx=True, ex=LEASE), key)
        return None if leased is _FAILED else bool(leased)

    def wait_for_lease(self, name: str) -> None:
        """Wait until another process has ended its lease."""
        token, first = None, self._ask(lambda redis: redis.get(_keys(name)[1]))
        while first not in (_FAILED, None) and token in (None, first):
            pause(0.05)
            token = self._ask(lambda redis: redis.get(_keys(name)[1])) or _FAILED

    def end_lease(self, name: str, token: str, *value: bytes | int) -> bool | None:
        """Store a value and its milliseconds, if given; return False if the lease was ended."""
        keys = _keys(name)
        ended = self._ask(lambda redis: redis.eval(_END_LEASE, 2, *keys, token, *value), keys[1])
        return None if ended is _FAILED else bool(ended)

    def delete(self, name: str) -> None:
        """Delete a value and end its lease, now or as soon as Redis responds."""
        keys = _keys(name)
        self._ask(lambda redis: redis.delete(*keys), *keys)

    def close(self) -> None:
        self._blocking.close()

    async def aclose(self) -> None:
        self.close()
        if self._asyncio:
            await self._asyncio[1].aclose()

    def _ask(self, command: Callable[[Any], Any], *written: str) -> Any:
        """Send a command. If it fails, delete the keys that it has `written` later."""
        if monotonic() >= self._paused_until:
            try:
                if self.failed or self._forgotten:
                    self._recover()
                return self._send(command, write=bool(written))
            except (RedisError, OSError) as error:
                self._fail(error)
        if len(self._forgotten) < _MAX_FORGOTTEN:
            self._forgotten.update(written)
        return _FAILED

    def _recover(self) -> None:
        """Delete what was to be deleted; see whether Redis also writes, which a full one does not."""
        self._paused_until = monotonic() + PAUSE  # Others do not try meanwhile.
        if forgotten := list(self._forgotten):
            self._send(lambda redis: redis.delete(*forgotten))
            self._forgotten.difference_update(forgotten)
        self._send(lambda redis: redis.set(f"{_PACKAGE}:probe", "", ex=1))
        self._paused_until = 0.0
        if self._set_failed(False):
            log.info("the cache is in Redis again")

    def _fail(self, error: Exception) -> None:
        self._count_error()
        self._paused_until = monotonic() + PAUSE
        if self._set_failed(True):
            reason = type(error).__name__
            log.warning("Redis does not respond: each process caches for itself", error=reason)

    def _set_failed(self, failed: bool) -> bool:
        """Return whether this is a change."""
        with self._lock:
            before, self.failed = self.failed, failed
        return before is not failed

    def _send(self, command: Callable[[Any], Any], *, write: bool = False) -> Any:
        if not on_event_loop():
            return command(self._blocking)
        loop = asyncio.get_running_loop()
        if self._asyncio is None or self._asyncio[0] is not loop:
            retry = AsyncRetry(NoBackoff(), 1)
            pool = aioredis.BlockingConnectionPool.from_url(self._url, retry=retry, **_OPTIONS)
            self._asyncio = loop, aioredis.Redis.from_pool(pool)
        if not write:
            return wait(command(self._asyncio[1]))
        # It outlives its request, which may be cancelled with a lease, or after a commit.
        task = asyncio.ensure_future(command(self._asyncio[1]))
        try:
            return wait(asyncio.shield(task))
        except asyncio.CancelledError:
            wait(asyncio.wait([task]))
            raise


def _keys(name: str) -> tuple[str, str]:
    """Return the keys of a value and of its lease."""
    return f"{_PACKAGE}:cache{name}", f"{_PACKAGE}:lease{name}"
