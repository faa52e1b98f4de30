"""Server-sent events for FastAPI.

`fastapi.sse` responds with 200 before the first event, ends a failed stream like a complete one, and is
cut off when the server stops.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Hashable
from contextlib import aclosing, asynccontextmanager
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.types import Receive, Scope, Send

from ..middleware.rate_limit import client_key
from ..streaming import StreamingSettings
from ..streaming.async_llm import AsyncLLM
from ..streaming.events import HEADERS, HEARTBEAT, MEDIA_TYPE, End, Event, done, failed, restart
from ..streaming.limits import Shutdown, StreamLimits

# Seconds between two checks for a shutdown.
_POLL: Final = 0.2

# The `responses` of an endpoint that returns a stream, for its OpenAPI description.
EVENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}
}


def register(app: FastAPI, settings: StreamingSettings) -> None:
    """Let endpoints of `app` use `Streams` and `LLM`."""
    app.state.streams = OpenStreams(settings)
    app.state.llm = AsyncLLM(settings.llm)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        shutdown = asyncio.create_task(app.state.streams.end_at_shutdown())
        yield
        shutdown.cancel()
        await app.state.llm.close()

    app.include_router(APIRouter(lifespan=lifespan))


class OpenStreams:
    """The open streams of this process."""

    def __init__(self, settings: StreamingSettings) -> None:
        self.settings = settings
        self.limits = StreamLimits(settings.max_streams, settings.max_streams_per_client)
        self.streams: set[EventStream] = set()

    async def end_at_shutdown(self) -> None:
        shutdown = Shutdown(self.settings.drain_seconds)
        while True:
            await asyncio.sleep(_POLL)
            if shutdown.is_due():
                for stream in self.streams:
                    stream.restart()


class ClientStreams:
    """Starts streams for one client."""

    def __init__(self, request: Request) -> None:
        self._request = request

    async def start(
        self, events: AsyncGenerator[Event, None], *, by: Hashable = ""
    ) -> "EventStream":
        """Return a response with `events`, once the first one is there.

        Streams are counted by the address of the client and `by`, such as the ID of the user.

        Raises:
            TooManyRequests: The client has too many open streams.
            Unavailable: All clients together have.
            Exception: Whatever `events` raises before the first event.
        """
        client = self._request.client.host if self._request.client else ""
        stream = EventStream(self._request, events, (client_key(client), by))
        try:
            await stream.wait_for_first()
        except BaseException:
            await stream.close()
            raise
        return stream


class EventStream(Response):
    """A response of server-sent events. One task runs the generator, one sends its events."""

    # No `media_type`: FastAPI would document it for problems.

    def __init__(
        self,
        request: Request,
        events: AsyncGenerator[Event, None],
        client: Hashable,
        status_code: int = 200,  # FastAPI reads the default for the OpenAPI document.
    ) -> None:
        super().__init__(status_code=status_code, headers=HEADERS, media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self._open: OpenStreams = request.app.state.streams
        self._settings = self._open.settings
        self._client = client
        self._open.limits.enter(client)
        self._open.streams.add(self)
        self._first: Event | None = None
        # One event waits here at most: `_room` is taken for each, but not for the last one.
        self._queue: asyncio.Queue[Event] = asyncio.Queue()
        self._room = asyncio.Semaphore(1)
        self._producer = asyncio.create_task(self._produce(events))
        self._disconnected = asyncio.create_task(_wait_for_disconnect(request.receive))
        self._sent = 0

    async def wait_for_first(self) -> None:
        first = asyncio.create_task(self._queue.get())
        seconds = self._settings.stream_first_event_seconds
        waiting = {first, self._disconnected}
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            first.cancel()
        self._first = first.result() if first.done() else None
        if isinstance(self._first, End) and self._first.error:
            raise self._first.error

    def restart(self) -> None:
        """End the stream with the event `restart`."""
        self._producer.cancel()

    async def close(self) -> None:
        """Close the generator: whatever it has opened is closed when this returns."""
        self._disconnected.cancel()
        self._producer.cancel()
        await asyncio.wait({self._producer})
        if self in self._open.streams:
            self._open.streams.remove(self)
            self._open.limits.leave(self._client)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("original_method") == "HEAD":
            self._first = done()
        sender = asyncio.create_task(self._send_all(send, scope["path"]))
        ended = "disconnected"
        try:
            waiting = {sender, self._disconnected}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if sender.done():
                ended = sender.result()
        finally:
            sender.cancel()
            await self.close()
            if context := scope.get("context"):
                context.stream = {"stream": ended, "events": self._sent}
        if self.background:
            await self.background()

    async def _produce(self, events: AsyncGenerator[Event, None]) -> None:
        end = restart()
        try:
            async with aclosing(events):
                async for event in events:
                    await self._room.acquire()
                    self._queue.put_nowait(event)
            end = done()
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001 (its client gets a problem)
            end = failed(error)
        self._queue.put_nowait(end)

    async def _send_all(self, send: Send, path: str) -> str:
        """Send events until the last one; return how the stream has ended."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        try:
            while not isinstance(event := await self._next(), End):
                await self._send(send, event.encode() if event else HEARTBEAT)
                self._sent += event is not None
            await self._send(send, event.described(path).encode())
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            return "client too slow"
        return event.name

    async def _next(self) -> Event | None:
        """Return the next event, None for a heartbeat."""
        if event := self._first:
            self._first = None
        else:
            try:
                async with asyncio.timeout(self._settings.stream_heartbeat_seconds):
                    event = await self._queue.get()
            except TimeoutError:
                return None
        self._room.release()
        return event

    async def _send(self, send: Send, body: bytes) -> None:
        async with asyncio.timeout(self._settings.client_timeout):
            await send({"type": "http.response.body", "body": body, "more_body": True})


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def get_streams(request: Request) -> ClientStreams:
    return ClientStreams(request)


async def get_llm(request: Request) -> AsyncLLM:
    llm: AsyncLLM = request.app.state.llm
    return llm


Streams = Annotated[ClientStreams, Depends(get_streams)]
LLM = Annotated[AsyncLLM, Depends(get_llm)]
