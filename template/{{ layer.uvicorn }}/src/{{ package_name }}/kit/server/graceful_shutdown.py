"""Graceful shutdown of uvicorn.

On SIGTERM, `/readyz` responds with 503 and responses close their connections, while requests are
still served: a load balancer notices late. Then uvicorn stops.
"""

import asyncio
import signal
from socket import socket
from types import FrameType
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import health
from . import listener

_CLOSE: Final = (b"connection", b"close")


class GracefulShutdown:
    """ASGI middleware; `seconds` pass between SIGTERM and the end of listening."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def send_and_handle_signal(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self._handle_signal()
            await send(message)

        await self._app(scope, receive, send_and_handle_signal)

    def _handle_signal(self) -> None:
        loop = asyncio.get_running_loop()
        stop: Any = signal.getsignal(signal.SIGTERM)  # uvicorn's handler.

        def start_draining(number: int, _: FrameType | None) -> None:
            health.start_draining()
            drained = asyncio.run_coroutine_threadsafe(self._drain(stop.__self__), loop)
            drained.add_done_callback(lambda _: stop(number, None))

        signal.signal(signal.SIGTERM, start_draining)

    async def _drain(self, server: uvicorn.Server) -> None:
        # For responses of new and of present connections.
        server.config.encoded_headers.append(_CLOSE)
        server.server_state.default_headers.append(_CLOSE)
        await asyncio.sleep(self._seconds)
        listeners: list[socket] = [each.dup() for it in server.servers for each in it.sockets]
        if server.config.workers == 1 and not server.config.should_reload:
            for each in listeners:
                listener.block_new_connections(each)
        for it in server.servers:
            it.close()
        await asyncio.sleep(listener.SETTLE_TIME)
        for each in listeners:
            with each:
                for connection, _ in listener.accept_queued(each):
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
