"""Publishes events, and hands those of all processes to their followers."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeVar

import structlog
from pydantic import BaseModel
from redis.exceptions import RedisError

from ..errors import Unavailable
from .log import BATCH, Event, Item, Log, MemoryLog, RedisLog, is_id, sort_key
from .settings import FeedSettings

log = structlog.stdlib.get_logger(__name__)

# Seconds for which a read waits, and between two attempts to reach Redis.
WAIT: Final = 2.0
PAUSE: Final = 0.5
# Seconds for the last events of a process that ends.
CLOSE_SECONDS: Final = 1.0
# Events that wait for one follower; with more, it reads them from the log again.
BACKLOG: Final = 1000

R = TypeVar("R")

_ERRORS: Final = (RedisError, OSError)


class Feed:
    """The events of this service."""

    def __init__(self, settings: FeedSettings) -> None:
        url, length = settings.redis_url, settings.feed_length
        self._log: Log = RedisLog(url, length) if url else MemoryLog(length)
        self._pending: deque[Item] = deque(maxlen=length)
        self._published = asyncio.Event()
        self._followers: defaultdict[str, set[_Follower]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        # Which of reading and writing has failed.
        self._failed: set[str] = set()

    def publish(self, topic: str, name: str, data: BaseModel) -> None:
        """Publish an event from any thread. It returns at once, and never fails."""
        item = topic, name, data.model_dump_json()
        if self._loop is None:
            self._put(item)
        else:
            with suppress(RuntimeError):  # The process ends.
                self._loop.call_soon_threadsafe(self._put, item)

    async def follow(self, topic: str, after: str = "") -> AsyncGenerator[Event, None]:
        """Yield the events after the ID `after`, by default the new ones, as they are published.

        The first event is `open`, with the ID to go on from. Instead, and whenever the follower has
        missed events that are not kept, it is `reset`.

        Raises:
            Unavailable: Redis does not respond.
        """
        follower = _Follower()
        self._followers[topic].add(follower)
        position, opened = after, False
        try:
            while True:
                follower.restart()
                oldest, newest = await _ask(self._log.bounds())
                complete = not position or _covers(oldest, newest, position)
                if not (opened and complete):
                    position = position if position and complete else newest
                    yield Event(position, topic, "open" if complete else "reset", "{}")
                opened = True
                while events := await _ask(self._log.read(position)):
                    for event in events:
                        position = event.id
                        if event.topic == topic:
                            yield event
                while not follower.is_behind:
                    for event in await follower.take():
                        if sort_key(event.id) > sort_key(position):
                            position = event.id
                            yield event
        finally:
            self._followers[topic].discard(follower)
            if not self._followers[topic]:
                del self._followers[topic]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write and read events until the context ends."""
        self._loop = asyncio.get_running_loop()
        tasks = {asyncio.create_task(self._write()), asyncio.create_task(self._read())}
        try:
            yield
        finally:
            while tasks:  # redis-py 8 can turn a cancellation into an error of its own.
                for task in tasks:
                    task.cancel()
                _, tasks = await asyncio.wait(tasks, timeout=0.1)
            with suppress(*_ERRORS):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._write_pending()
            self._loop = None
            await self._log.close()

    def _put(self, item: Item) -> None:
        self._pending.append(item)
        self._published.set()

    async def _write(self) -> None:
        while True:
            try:
                await self._write_pending()
            except _ERRORS as error:
                await self._fail("writing", error)
            else:
                self._recover("writing")
                await self._published.wait()

    async def _write_pending(self) -> None:
        self._published.clear()
        while self._pending:
            batch = [self._pending.popleft() for _ in range(min(BATCH, len(self._pending)))]
            try:
                await self._log.append(batch)
            except BaseException:
                self._pending.extendleft(reversed(batch))
                raise

    async def _read(self) -> None:
        position = ""
        while True:
            try:
                if not position:
                    position = (await self._log.bounds())[1]
                    self._recover("reading")
                    for followers in self._followers.values():
                        for follower in followers:  # They may have missed something.
                            follower.fall_behind()
                for event in await self._log.read(position, WAIT):
                    position = event.id
                    for follower in self._followers.get(event.topic, ()):
                        follower.put(event)
            except _ERRORS as error:
                position = ""
                await self._fail("reading", error)

    async def _fail(self, what: str, error: Exception) -> None:
        if not self._failed:
            log.warning("feed unavailable", error=type(error).__name__)
        self._failed.add(what)
        await asyncio.sleep(PAUSE)

    def _recover(self, what: str) -> None:
        if self._failed == {what}:
            log.info("feed available again")
        self._failed.discard(what)


class _Follower:
    """The events that wait for one follower."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._changed = asyncio.Event()
        self.is_behind = False

    def restart(self) -> None:
        self._events.clear()
        self.is_behind = False

    def put(self, event: Event) -> None:
        self._events.append(event)
        self._changed.set()
        if len(self._events) > BACKLOG:
            self.fall_behind()

    def fall_behind(self) -> None:
        """Let the follower go on from the log."""
        self._events.clear()
        self.is_behind = True
        self._changed.set()

    async def take(self) -> list[Event]:
        await self._changed.wait()
        self._changed.clear()
        events = [*self._events]
        self._events.clear()
        return events


async def _ask(response: Awaitable[R]) -> R:
    try:
        return await response
    except _ERRORS as error:
        raise Unavailable("The feed does not respond.", retry_after=1) from error


def _covers(oldest: str, newest: str, position: str) -> bool:
    """Whether all events after `position` are kept."""
    return is_id(position) and sort_key(oldest) <= sort_key(position) <= sort_key(newest)
