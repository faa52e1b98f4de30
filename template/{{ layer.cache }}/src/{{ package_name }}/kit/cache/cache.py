"""Makes a value once, however many ask for it."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from copy import copy
from functools import cache, lru_cache
from inspect import isawaitable
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError

from ..bridge import on_event_loop, wait
from ..settings import KitSettings
from .memory import Memory

if TYPE_CHECKING:
    from .redis_store import RedisStore

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")

# Bytes of a key; a longer one is hashed.
MAX_KEY: Final = 200
# Seconds for which a process keeps a value while Redis does not respond: others cannot forget it.
ALONE: Final = 5.0

_PACKAGE = __name__.partition(".")[0]
_adapter: Callable[[Any], TypeAdapter[Any]] = lru_cache(256)(TypeAdapter)


class _Cancelled(Exception):
    """The maker of a value was cancelled."""


class Cache:
    """Values by key. Threads may use it, and services on an event loop."""

    def __init__(self, redis_url: str = "", count: Callable[[str], None] = lambda _: None) -> None:
        """`count` gets "hit", "miss" and "error"."""
        self._memory = Memory()
        self._redis = _open_redis(redis_url, count) if redis_url else None
        self._making: dict[str, Future[bytes]] = {}
        self._lock = Lock()
        self._count = count
        self._report: Callable[[str], object] = lambda _: None

    def reporting(self, report: Callable[[str], object]) -> "Cache":
        """Return this cache for one request; `report` gets its `Cache-Status` (RFC 9211)."""
        view = copy(self)
        view._report = report
        return view

    def get_or_set(
        self, key: str, seconds: float, kind: type[T], make: Callable[[], T | Awaitable[T]]
    ) -> T:
        """Return the value of `key`; `make` it if there is none of the last `seconds`.

        It is stored as JSON of the type `kind`; if that is not valid any more, it is made again. What
        `make` raises is raised for all who wait for the value, and not stored.
        """
        name, adapter = _name(key), _adapter(kind)

        def dump() -> bytes:
            made = make()
            return adapter.dump_json(wait(made) if isawaitable(made) else made, by_alias=True)

        found, status = self._find(name, adapter), "hit"
        if found is None:
            content, status = self._make_once(name, seconds, adapter, dump)
            found = content, adapter.validate_json(content)
        self._count("hit" if status == "hit" else "miss")
        self._report(f"{_PACKAGE}; {status}")
        value: T = found[1]
        return value

    def forget(self, key: str) -> None:
        """Delete a value. One that is being made goes to those who wait for it, and is not stored."""
        name = _name(key)
        with self._lock:
            self._making.pop(name, None)
            self._memory.delete(name)
        if self._redis:
            self._redis.delete(name)

    def close(self) -> None:
        if self._redis:
            self._redis.close()

    async def aclose(self) -> None:
        if self._redis:
            await self._redis.aclose()

    def _find(
        self, name: str, adapter: TypeAdapter[T], *, warn: bool = False
    ) -> tuple[bytes, T] | None:
        content = self._redis.get(name) if self._redis else None
        if self._redis is None and on_event_loop():
            wait(asyncio.gather())  # Outside of `run` it fails, as it would with Redis.
        if content is None and (self._redis is None or self._redis.failed):
            content = self._memory.get(name)
        try:
            return None if content is None else (content, adapter.validate_json(content))
        except ValidationError:
            if warn:
                log.warning("cached value is invalid", key=name)
            return None

    def _make_once(
        self, name: str, seconds: float, adapter: TypeAdapter[Any], dump: Callable[[], bytes]
    ) -> tuple[bytes, str]:
        """Make a value, or wait for the request of this process that does."""
        mine: Future[bytes] = Future()
        mine.set_running_or_notify_cancel()  # Who waits and is cancelled does not cancel it.
        while True:
            with self._lock:
                other = self._making.setdefault(name, mine)
            if other is mine:
                break
            with suppress(_Cancelled):
                content = wait(asyncio.wrap_future(other)) if on_event_loop() else other.result()
                return content, "fwd=miss; collapsed"
        try:
            content, status = self._make(name, seconds, adapter, dump, mine)
            mine.set_result(content)
        except BaseException as error:
            mine.set_exception(error if isinstance(error, Exception) else _Cancelled())
            raise
        finally:
            with self._lock:
                if self._making.get(name) is mine:
                    del self._making[name]
        return content, status

    def _make(
        self,
        name: str,
        seconds: float,
        adapter: TypeAdapter[Any],
        dump: Callable[[], bytes],
        mine: Future[bytes],
    ) -> tuple[bytes, str]:
        """Make a value, or wait for the process that does; if it fails, for no other one."""
        redis, token = self._redis, token_hex(8)
        leased: bool | None = None  # None: there is no Redis, or it does not respond.
        try:
            if redis and (leased := redis.lease(name, token)) is False:
                redis.wait_for_lease(name)
            # Again, since another request may have stored it meanwhile.
            if found := self._find(name, adapter, warn=True):
                if redis and leased:
                    redis.end_lease(name, token)
                return found[0], "fwd=miss; collapsed"
            if redis and leased is False:
                leased = redis.lease(name, token)
            content = dump()
        except BaseException:
            if redis:
                redis.end_lease(name, token)
            raise
        stored = leased
        if redis and leased:
            stored = redis.end_lease(name, token, content, max(1, round(1000 * seconds)))
        if stored is None:
            with self._lock:
                if stored := self._making.get(name) is mine:  # Else it was forgotten meanwhile.
                    self._memory.set(name, content, min(seconds, ALONE) if redis else seconds)
        return content, "fwd=miss; stored" if stored else "fwd=miss"


def _name(key: str) -> str:
    """Return a short name without surrogates."""
    content = key.encode(errors="surrogatepass")
    if len(content) > MAX_KEY or len(content) != len(key):
        return f"#{hashlib.sha256(content).hexdigest()}"
    return f":{key}"


def open_cache(settings: KitSettings) -> Cache:
    """Return the cache of this process, which all of its applications share."""
    return _open(settings.redis_url, settings.metrics, settings.is_production)


@cache
def _open(redis_url: str, metrics: bool, production: bool) -> Cache:
    if production and not redis_url:
        log.warning("REDIS_URL is not set: each process caches for itself")
    return Cache(redis_url, _counter()) if metrics else Cache(redis_url)


@cache
def _counter() -> Callable[[str], None]:
    from prometheus_client import Counter

    events = Counter("cache_events", "Hits, misses, and errors of Redis.", ["event"])
    return lambda event: events.labels(event).inc()


def _open_redis(url: str, count: Callable[[str], None]) -> "RedisStore":
    from .redis_store import RedisStore  # Its import is slow, and few develop with it.

    return RedisStore(url, lambda: count("error"))
