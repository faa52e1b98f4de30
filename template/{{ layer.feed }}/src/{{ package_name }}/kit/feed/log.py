"""Where events are kept: in Redis for all processes, or in the memory of this one.

IDs are those of Redis, `<milliseconds>-<number>`, and grow:
https://redis.io/docs/latest/develop/data-types/streams/
"""

import asyncio
import re
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from time import time
from typing import Any, Final, Protocol

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

# The ID before the first event.
START: Final = "0-0"
# Events that are read or written at once.
BATCH: Final = 500

_ID = re.compile(r"\d{1,16}-\d{1,16}")
_STREAM: Final = "feed"


@dataclass(frozen=True, slots=True)
class Event:
    """An event; `data` is JSON."""

    id: str
    topic: str
    name: str
    data: str


# A topic, a name and data.
Item = tuple[str, str, str]


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def sort_key(event_id: str) -> tuple[int, int]:
    milliseconds, _, number = event_id.partition("-")
    return int(milliseconds), int(number)


class Log(Protocol):
    async def append(self, items: Iterable[Item]) -> None: ...

    async def bounds(self) -> tuple[str, str]:
        """Return the IDs of the oldest and the newest event."""

    async def read(self, after: str, wait: float = 0) -> list[Event]:
        """Return the next events; without any, wait for them up to `wait` seconds."""

    async def close(self) -> None: ...


class MemoryLog:
    def __init__(self, length: int) -> None:
        self._events: deque[Event] = deque(maxlen=length)
        self._appended = asyncio.Event()

    async def append(self, items: Iterable[Item]) -> None:
        for item in items:
            now, (last, number) = int(time() * 1000), sort_key((await self.bounds())[1])
            event_id = f"{now}-0" if now > last else f"{last}-{number + 1}"
            self._events.append(Event(event_id, *item))
        self._appended.set()

    async def bounds(self) -> tuple[str, str]:
        return (self._events[0].id, self._events[-1].id) if self._events else (START, START)

    async def read(self, after: str, wait: float = 0) -> list[Event]:
        events = self._newer(after)
        if wait and not events:
            self._appended.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._appended.wait()
            events = self._newer(after)
        return events[:BATCH]

    async def close(self) -> None:
        """Do nothing."""

    def _newer(self, after: str) -> list[Event]:
        key = sort_key(after)
        return [*takewhile(lambda event: sort_key(event.id) > key, reversed(self._events))][::-1]


class RedisLog:
    """One stream for all topics: a process waits for it once, whatever its clients follow."""

    def __init__(self, url: str, length: int) -> None:
        self._length = length
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=16,
            timeout=5,
            decode_responses=True,
            socket_connect_timeout=1,
            # Longer than a `read` waits.
            socket_timeout=5,
            # One retry, at once: an idle connection may have been closed.
            retry=Retry(NoBackoff(), 1),
        )
        self._redis: Any = Redis(connection_pool=pool)

    async def append(self, items: Iterable[Item]) -> None:
        async with self._redis.pipeline() as pipeline:
            for topic, name, data in items:
                fields = {"topic": topic, "name": name, "data": data}
                pipeline.xadd(_STREAM, fields, maxlen=self._length, approximate=True)
            await pipeline.execute()

    async def bounds(self) -> tuple[str, str]:
        async with self._redis.pipeline() as pipeline:
            pipeline.xrange(_STREAM, count=1)
            pipeline.xrevrange(_STREAM, count=1)
            oldest, newest = await pipeline.execute()
        return (oldest[0][0], newest[0][0]) if newest else (START, START)

    async def read(self, after: str, wait: float = 0) -> list[Event]:
        block = int(wait * 1000) or None
        streams = await self._redis.xread({_STREAM: after}, count=BATCH, block=block)
        found = streams.values() if isinstance(streams, dict) else [each for _, each in streams]
        return [Event(event_id, **fields) for entries in found for event_id, fields in entries]

    async def close(self) -> None:
        await self._redis.aclose()
        await self._redis.connection_pool.disconnect()
