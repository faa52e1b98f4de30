"""Server-sent events for Flask.

A stream takes two threads: the server's, which sends, and one that runs the generator. A single one
could neither send a heartbeat nor notice a disconnect while the generator waits.
"""

import select
import socket
from collections.abc import Callable, Generator, Hashable, Iterator
from contextvars import copy_context
from math import inf
from queue import Empty, Full, Queue
from threading import Thread
from time import monotonic
from typing import Annotated, Any, Final

from flask import Flask, Response, current_app, request

from ..middleware.rate_limit import client_key
from ..streaming import StreamingSettings, blocking_llm
from ..streaming.events import HEADERS, HEARTBEAT, MEDIA_TYPE, End, Event, done, failed, restart
from ..streaming.interrupt import Interrupt, current_interrupt
from ..streaming.limits import Shutdown, StreamLimits
from .routing.calls import Depends

# Seconds between two checks for a disconnect and for a shutdown.
_POLL: Final = 0.5

# The `responses` of an endpoint that returns a stream, for its OpenAPI description.
EVENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": None, MEDIA_TYPE: {"schema": {"type": "string"}}}}
}


def register(app: Flask, settings: StreamingSettings, threads: int | None = None) -> None:
    """Let endpoints of `app` use `Streams` and `LLM`.

    `threads`: those of the server; streams take at most half of them. None: it has greenlets.
    """
    app.extensions["streams"] = ClientStreams(settings, threads)
    app.extensions["llm"] = blocking_llm.LLM(settings.llm)


class ClientStreams:
    """Starts streams for the client of the current request."""

    def __init__(self, settings: StreamingSettings, threads: int | None) -> None:
        total = min(settings.max_streams, max(1, threads // 2)) if threads else settings.max_streams
        self.settings = settings
        self.limits = StreamLimits(total, settings.max_streams_per_client)
        self.shutdown = Shutdown(settings.drain_seconds)

    def start(self, events: Generator[Event, None, None], *, by: Hashable = "") -> "EventStream":
        """Return a response with `events`, once the first one is there.

        Streams are counted by the address of the client and `by`, such as the ID of the user.

        Raises:
            TooManyRequests: The client has too many open streams.
            Unavailable: All clients together have.
            Exception: Whatever `events` raises before the first event.
        """
        client = client_key(request.remote_addr or ""), by
        self.limits.enter(client)
        stream = _Stream(self, events, client)
        try:
            stream.wait_for_first()
        except BaseException:
            stream.close()
            raise
        return EventStream(stream)


class EventStream(Response):
    """A response of server-sent events."""

    default_mimetype = MEDIA_TYPE

    def __init__(self, stream: "_Stream") -> None:
        super().__init__(stream.send(), headers=HEADERS)
        # Also called if the client has left before the first event.
        self.call_on_close(stream.close)


class _Stream:
    def __init__(
        self, streams: ClientStreams, events: Generator[Event, None, None], client: Hashable
    ) -> None:
        self._streams = streams
        self._settings = streams.settings
        self._client = client
        self._context = request.environ.get("kit.context")
        self._path = request.root_path + request.path
        self._is_disconnected = _disconnect_check(request.environ.get("gunicorn.socket"))
        self._first: Event | None = None
        self._ended = "disconnected"
        self._sent = 0
        self._sending = inf
        self._queue: Queue[Event] = Queue(1)
        self._interrupt = Interrupt()
        # With the context of the request, so that log lines have its ID.
        arguments = (self._produce, events)
        Thread(target=copy_context().run, args=arguments, name="stream", daemon=True).start()

    def wait_for_first(self) -> None:
        self._first = self._wait(self._settings.stream_first_event_seconds)
        if isinstance(self._first, End) and self._first.error:
            raise self._first.error

    def send(self) -> Iterator[bytes]:
        """Yield events until the last one."""
        while not isinstance(event := self._next(), End):
            if event is None and self._is_disconnected():
                return
            self._sending = monotonic()
            yield event.encode() if event else HEARTBEAT
            self._sending = inf
            self._sent += event is not None
        yield event.described(self._path).encode()
        self._ended = event.name

    def close(self) -> None:
        """Let the generator end; its thread does not wait for its upstream any more."""
        if self._interrupt.is_set():
            return
        self._interrupt.set()
        self._streams.limits.leave(self._client)
        if monotonic() - self._sending >= self._settings.client_timeout:
            self._ended = "client too slow"
        if self._context:
            self._context.stream = {"stream": self._ended, "events": self._sent}

    def _next(self) -> Event | None:
        """Return the next event; None for a heartbeat, or if the client has left."""
        if event := self._first:
            self._first = None
            return event
        return self._wait(self._settings.stream_heartbeat_seconds)

    def _wait(self, seconds: float) -> Event | None:
        until = monotonic() + seconds
        while not self._streams.shutdown.is_due():
            try:
                return self._queue.get(timeout=min(_POLL, seconds))
            except Empty:
                if self._is_disconnected() or monotonic() >= until:
                    return None
        return restart()

    def _produce(self, events: Generator[Event, None, None]) -> None:
        current_interrupt.set(self._interrupt)
        end = done()
        try:
            for event in events:
                if not self._put(event):
                    return
        except Exception as error:  # noqa: BLE001 (its client gets a problem)
            end = failed(error)
        finally:
            events.close()
        self._put(end)

    def _put(self, event: Event) -> bool:
        """Wait for room in the queue; return False if the stream is closed."""
        while not self._interrupt.is_set():
            try:
                self._queue.put(event, timeout=_POLL)
            except Full:
                continue
            return True
        return False


def _disconnect_check(sock: socket.socket | None) -> Callable[[], bool]:
    """Return a function that returns whether the client has closed its side. WSGI has none."""
    if sock is None:
        return lambda: False
    poll = select.poll()
    poll.register(sock.fileno(), select.POLLIN)

    def is_disconnected() -> bool:
        try:
            return bool(poll.poll(0)) and not sock.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    return is_disconnected


def get_streams() -> ClientStreams:
    streams: ClientStreams = current_app.extensions["streams"]
    return streams


def get_llm() -> blocking_llm.LLM:
    llm: blocking_llm.LLM = current_app.extensions["llm"]
    return llm


Streams = Annotated[ClientStreams, Depends(get_streams)]
LLM = Annotated[blocking_llm.LLM, Depends(get_llm)]
