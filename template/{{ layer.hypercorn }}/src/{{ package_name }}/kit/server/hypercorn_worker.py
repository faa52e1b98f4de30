"""hypercorn's workers, with time limits for slow clients and a graceful shutdown."""

import asyncio
import signal
from asyncio import StreamReader, TimerHandle
from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import Any

from hypercorn import run as supervisor
from hypercorn.asyncio import run as worker
from hypercorn.asyncio import tcp_server
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.config import Config, Sockets
from hypercorn.events import Event, RawData, Updated
from hypercorn.protocol.h2 import H2Protocol
from hypercorn.protocol.ws_stream import WSStream

from .. import health
from ..settings import KitSettings
from . import listener

# hypercorn has no settings for these, so they are replaced in its modules.
_worker: Any = worker
_connections: Any = tcp_server
_supervisor: Any = supervisor
_serve = worker.worker_serve
_joined = supervisor._join_exited


def install(settings: KitSettings) -> None:
    """Prepare a worker process."""
    Connection.client_timeout = settings.client_timeout
    _worker.TCPServer = Connection
    _connections.TaskGroup = Requests
    _worker.worker_serve = partial(_serve_and_drain, settings.drain_seconds)


def run(config: Config) -> int:
    """Serve until the end; return the exit status."""
    failed = 0

    def joined(processes: list[Any]) -> int:
        # hypercorn stops if a process fails. A process that was killed is replaced.
        nonlocal failed
        status = max(0, _joined(processes))
        failed = failed or status
        return status

    _supervisor._join_exited = joined
    # hypercorn returns the status of the processes that it has stopped, not of the failed one.
    return supervisor.run(config) or failed


async def _serve_and_drain(
    seconds: float,
    *args: Any,
    sockets: Sockets,
    shutdown_trigger: Callable[[], Awaitable[None]] | None = None,
    **kwargs: Any,
) -> None:
    """Drain on a signal: `/readyz` responds with 503 for a while before the worker stops."""
    if shutdown_trigger:
        # The parent handles the signal. Its default would kill a worker that is starting.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    listeners = sockets.insecure_sockets
    for each in listeners:  # Earlier workers have blocked them before a reload.
        listener.allow_new_connections(each)

    async def wait_and_drain() -> None:
        await (shutdown_trigger or _wait_for_signal)()
        health.start_draining()
        await asyncio.sleep(seconds)
        for each in listeners:
            listener.block_new_connections(each)
        await asyncio.sleep(listener.SETTLE_TIME)
        # hypercorn closes idle connections at once. Their clients may have sent a request.
        deadline = monotonic() + listener.LINGER
        while Connection.open and monotonic() < deadline:
            await asyncio.sleep(0.05)

    await _serve(*args, sockets=sockets, shutdown_trigger=wait_and_drain, **kwargs)


async def _wait_for_signal() -> None:
    loop, received = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(received.set))
    await received.wait()


class Connection(TCPServer):
    """A connection with a time limit for the headers of requests."""

    # Seconds; `install` sets them.
    client_timeout = 30.0
    # The number of open connections.
    open = 0

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.reader: Any = _Reader(self.reader, self._start_timeout, self._disconnected)
        self._timer: TimerHandle | None = None
        self._is_idle = True

    async def run(self) -> None:
        self._start_timeout()
        Connection.open += 1
        try:
            await super().run()
        finally:
            Connection.open -= 1
            self._stop_timeout()

    async def protocol_send(self, event: Event) -> None:
        if isinstance(event, Updated):
            self._is_idle = event.idle
            self._stop_timeout()
        await super().protocol_send(event)
        if isinstance(event, RawData) and not self._is_idle and self._has_no_request():
            self._is_idle = True
            self._start_timeout()
        if self.reader.at_eof():
            await self._disconnected()

    async def _disconnected(self) -> None:
        """Stop waiting for a next request: hypercorn keeps connections that were closed."""
        await self.idle_task.stop()

    def _has_no_request(self) -> bool:
        """Whether there is no request, although hypercorn treats the connection as busy.

        It does so when HTTP/2 begins, and after it has refused a WebSocket.
        """
        protocol = self.protocol.protocol
        if isinstance(protocol, H2Protocol):
            return protocol.idle
        return isinstance(protocol.stream, WSStream) and protocol.stream.app_put is None

    def _start_timeout(self) -> None:
        """Start the time limit for the headers of a request."""
        if self._is_idle and not self._timer:
            self._timer = self.loop.call_later(self.client_timeout, self.writer.close)

    def _stop_timeout(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


class Requests(TaskGroup):
    """Ends a request whose body was not read.

    hypercorn queues ten pieces of a body. With an eleventh it would wait forever, even to report that
    the client has disconnected.
    """

    async def spawn_app(self, *args: Any, **kwargs: Any) -> Callable[[Any], Awaitable[None]]:
        put: Any = await super().spawn_app(*args, **kwargs)
        queue = put.__self__

        async def put_message(message: Any) -> None:
            while message["type"] == "http.disconnect" and not queue.empty():
                queue.get_nowait()
            await put(message)

        return put_message


class _Reader:
    """A reader that calls `received` after data, and `disconnected` after the end."""

    def __init__(
        self,
        reader: StreamReader,
        received: Callable[[], None],
        disconnected: Callable[[], Awaitable[None]],
    ) -> None:
        self._reader = reader
        self._received = received
        self._disconnected = disconnected

    def at_eof(self) -> bool:
        return self._reader.at_eof()

    async def read(self, size: int) -> bytes:
        data = await self._reader.read(size)
        if data:
            self._received()
        else:
            await self._disconnected()
        return data
