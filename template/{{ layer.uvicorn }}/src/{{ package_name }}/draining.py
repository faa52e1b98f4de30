"""On SIGTERM, `/readyz` returns 503 and responses close their connections. Then uvicorn stops.

A balancer learns late that a process is going. Whatever it sends meanwhile is answered.
"""

import asyncio
import signal
from socket import socket
from types import FrameType
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import listening
from .services import draining

_CLOSE: Final = (b"connection", b"close")


class Drains:
    """Wraps an application; `seconds` pass between the signal and the end of listening."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def started(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self._listen()
            await send(message)

        await self._app(scope, receive, started)

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        stop: Any = signal.getsignal(signal.SIGTERM)  # uvicorn's, which is there by now.

        def begin(number: int, _: FrameType | None) -> None:
            draining.begin()
            drained = asyncio.run_coroutine_threadsafe(self._drain(stop.__self__), loop)
            drained.add_done_callback(lambda _: stop(number, None))

        signal.signal(signal.SIGTERM, begin)

    async def _drain(self, server: uvicorn.Server) -> None:
        # For the answers to come, and for those that are not begun yet.
        server.config.encoded_headers.append(_CLOSE)
        server.server_state.default_headers.append(_CLOSE)
        await asyncio.sleep(self._seconds)
        listeners: list[socket] = [each.dup() for it in server.servers for each in it.sockets]
        if server.config.workers == 1 and not server.config.should_reload:
            for listener in listeners:
                listening.block_new_connections(listener)
        for it in server.servers:
            it.close()
        await asyncio.sleep(listening.SETTLES)
        for listener in listeners:
            with listener:
                for connection, _ in listening.accept_queued(listener):
                    connection.setblocking(False)
                    await asyncio.get_running_loop().connect_accepted_socket(
                        lambda: _protocol(server), connection
                    )


def _protocol(server: uvicorn.Server) -> asyncio.Protocol:
    config: Any = server.config
    protocol: asyncio.Protocol = config.http_protocol_class(
        config=config, server_state=server.server_state, app_state=server.lifespan.state
    )
    return protocol
