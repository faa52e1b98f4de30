"""hypercorn, with an eye on the clock: for slow clients, and before the end."""

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

from . import listening
from .services import draining
from .settings import Settings

# What it has no setting for is replaced in its modules.
_worker: Any = worker
_connections: Any = tcp_server
_supervisor: Any = supervisor
_serve = worker.worker_serve
_joined = supervisor._join_exited


def install(settings: Settings) -> None:
    """Prepare a process that answers requests."""
    Connection.patience = settings.client_timeout
    _worker.TCPServer = Connection
    _connections.TaskGroup = Requests
    _worker.worker_serve = partial(_drained, settings.drains_for)


def run(config: Config) -> int:
    """Answer requests until the end; return the exit status."""
    failed = 0

    def joined(processes: list[Any]) -> int:
        # hypercorn ends when one of its processes does. One that was killed is replaced.
        nonlocal failed
        status = max(0, _joined(processes))
        failed = failed or status
        return status

    _supervisor._join_exited = joined
    # What hypercorn returns is the status of those that it ended itself, after one had failed.
    return supervisor.run(config) or failed


async def _drained(
    seconds: float,
    *given: Any,
    sockets: Sockets,
    shutdown_trigger: Callable[[], Awaitable[None]] | None = None,
    **named: Any,
) -> None:
    """Say on `/readyz` that this is the end, and go on for a while: balancers learn late."""
    if shutdown_trigger:
        # Whoever started this process has been told. It would kill what is not ready yet.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    listeners = sockets.insecure_sockets
    for listener in listeners:  # Of workers that have ended, to be loaded anew.
        listening.allow_new_connections(listener)

    async def told() -> None:
        await (shutdown_trigger or _signalled)()
        draining.begin()
        await asyncio.sleep(seconds)
        for listener in listeners:
            listening.block_new_connections(listener)
        await asyncio.sleep(listening.SETTLES)
        # hypercorn closes idle connections at once. Their clients may have sent a request already.
        until = monotonic() + listening.LINGER
        while Connection.open and monotonic() < until:
            await asyncio.sleep(0.05)

    await _serve(*given, sockets=sockets, shutdown_trigger=told, **named)


async def _signalled() -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(told.set))
    await told.wait()


class Connection(TCPServer):
    """Closes itself if the headers of a request do not come in time."""

    # Seconds; `install` sets them.
    patience = 30.0
    # How many there are.
    open = 0

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.reader: Any = _Heard(self.reader, self._heard, self._left)
        self._timer: TimerHandle | None = None
        self._is_idle = True

    async def run(self) -> None:
        self._heard()
        Connection.open += 1
        try:
            await super().run()
        finally:
            Connection.open -= 1
            self._stop()

    async def protocol_send(self, event: Event) -> None:
        if isinstance(event, Updated):
            self._is_idle = event.idle
            self._stop()
        await super().protocol_send(event)
        if isinstance(event, RawData) and not self._is_idle and self._waits():
            self._is_idle = True
            self._heard()
        if self.reader.at_eof():
            await self._left()

    async def _left(self) -> None:
        """End the wait for a next request, in which hypercorn keeps connections that have ended."""
        await self.idle_task.stop()

    def _waits(self) -> bool:
        """Say whether no request is there, although hypercorn takes the connection for busy.

        It does so when HTTP/2 begins, and after a WebSocket that it has refused by itself.
        """
        protocol = self.protocol.protocol
        if isinstance(protocol, H2Protocol):
            return protocol.idle
        return isinstance(protocol.stream, WSStream) and protocol.stream.app_put is None

    def _heard(self) -> None:
        """Give the client time for the headers of the request that begins now."""
        if self._is_idle and not self._timer:
            self._timer = self.loop.call_later(self.patience, self.writer.close)

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


class Requests(TaskGroup):
    """Lets a request end whose body nobody has read.

    hypercorn keeps ten pieces of it. With an eleventh it would wait for ever, also to say that the
    client has left.
    """

    async def spawn_app(self, *given: Any) -> Callable[[Any], Awaitable[None]]:
        put: Any = await super().spawn_app(*given)
        pieces = put.__self__

        async def put_in(message: Any) -> None:
            while message["type"] == "http.disconnect" and not pieces.empty():
                pieces.get_nowait()
            await put(message)

        return put_in


class _Heard:
    """A reader that says when something has come, and when nothing will any more."""

    def __init__(
        self, reader: StreamReader, heard: Callable[[], None], left: Callable[[], Awaitable[None]]
    ) -> None:
        self._reader = reader
        self._heard = heard
        self._left = left

    def at_eof(self) -> bool:
        return self._reader.at_eof()

    async def read(self, most: int) -> bytes:
        received = await self._reader.read(most)
        if received:
            self._heard()
        else:
            await self._left()
        return received
