"""Keeps a connection after a body that the application has not read, and closes it when draining.

hypercorn would close the connection without `Connection: close`, and the client would lose its next
request. So the rest of the body is read here.
"""

import asyncio
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import health

# Bytes of a body to read; a larger one costs more than a new connection.
_MAX_BYTES: Final = 4 * 1024 * 1024
_BODY: Final = {b"content-length", b"transfer-encoding"}


class DrainRequestBody:
    """ASGI middleware; a client has `timeout` seconds to send the rest of a body."""

    def __init__(self, app: ASGIApp, timeout: float) -> None:
        self._app = app
        self._timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["http_version"] != "2":
            send = _closing(send)
        if scope["type"] == "http" and any(name in _BODY for name, _ in scope["headers"]):
            exchange = _Exchange(receive, send, self._timeout)
            await self._app(scope, exchange.receive, exchange.send)
        else:
            await self._app(scope, receive, send)


def _closing(send: Send) -> Send:
    """Add `Connection: close` to responses while the process drains."""

    async def send_closing(message: Message) -> None:
        if message["type"] == "http.response.start" and health.is_draining():
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return send_closing


class _Exchange:
    def __init__(self, receive: Receive, send: Send, timeout: float) -> None:
        self._receive = receive
        self._send = send
        self._timeout = timeout
        self._more = True

    async def receive(self) -> Message:
        message = await self._receive()
        self._more = bool(message.get("more_body"))
        return message

    async def send(self, message: Message) -> None:
        ends = message["type"] == "http.response.body" and not message.get("more_body")
        if ends and self._more:
            # The client has the whole response now; hypercorn waits for its end.
            await self._send({**message, "more_body": True})
            await self._drain()
            message = _end()
        await self._send(message)

    async def _drain(self) -> None:
        size = 0
        try:
            async with asyncio.timeout(self._timeout):
                while self._more and size < _MAX_BYTES:
                    size += len((await self.receive()).get("body", b""))
        except TimeoutError:
            self._more = False


def _end() -> dict[str, Any]:
    return {"type": "http.response.body", "body": b"", "more_body": False}
