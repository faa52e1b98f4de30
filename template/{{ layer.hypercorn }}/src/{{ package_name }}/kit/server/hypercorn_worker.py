"""hypercorn's workers, with a graceful shutdown and without connections that never end."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from hypercorn import run as supervisor
from hypercorn.asyncio import run as worker
from hypercorn.asyncio import tcp_server
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.config import Config
from hypercorn.events import Event

from .. import health
from ..settings import KitSettings

# hypercorn has no settings for these, so they are replaced in its modules.
_worker: Any = worker
_connections: Any = tcp_server
_supervisor: Any = supervisor
_serve = worker.worker_serve
_joined = supervisor._join_exited


def install(settings: KitSettings) -> None:
    """Prepare a worker process."""
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
    shutdown_trigger: Callable[[], Awaitable[None]] | None = None,
    **kwargs: Any,
) -> None:
    """Drain on a signal: `/readyz` responds with 503 for a while before the worker stops."""
    if shutdown_trigger:
        # The parent handles the signal. Its default would kill a worker that is starting.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    async def wait_and_drain() -> None:
        await (shutdown_trigger or _wait_for_signal)()
        health.start_draining()
        await asyncio.sleep(seconds)

    await _serve(*args, shutdown_trigger=wait_and_drain, **kwargs)


async def _wait_for_signal() -> None:
    loop, received = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(received.set))
    await received.wait()


class Connection(TCPServer):
    """Ends when its client has closed it; hypercorn would wait for the end of keep-alive."""

    async def protocol_send(self, event: Event) -> None:
        await super().protocol_send(event)
        if self.reader.at_eof():
            await self.idle_task.stop()

    async def _read_data(self) -> None:
        await super()._read_data()
        await self.idle_task.stop()


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
