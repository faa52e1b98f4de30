"""When a connection goes on after an answer, and when it ends.

It goes on after a body that nobody read: what is left of it is taken in here. hypercorn would close
the connection, and cannot say so beforehand: a client that was refused would lose its next request.
"""

import asyncio
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .services import draining

# Bytes; more than that is worth a new connection.
_MOST: Final = 4 * 1024 * 1024
_BODY: Final = {b"content-length", b"transfer-encoding"}


class TakesIn:
    """Wraps an application; a client has `patience` seconds to send the rest."""

    def __init__(self, app: ASGIApp, patience: float) -> None:
        self._app = app
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["http_version"] != "2":
            send = _ending(send)
        if scope["type"] == "http" and any(name in _BODY for name, _ in scope["headers"]):
            exchange = _Exchange(receive, send, self._patience)
            await self._app(scope, exchange.receive, exchange.send)
        else:
            await self._app(scope, receive, send)


def _ending(send: Send) -> Send:
    """Say to clients that their connections end, once the process is told to end."""

    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start" and draining.has_begun():
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return send_on


class _Exchange:
    def __init__(self, receive: Receive, send: Send, patience: float) -> None:
        self._receive = receive
        self._send = send
        self._patience = patience
        self._more = True

    async def receive(self) -> Message:
        message = await self._receive()
        self._more = bool(message.get("more_body"))
        return message

    async def send(self, message: Message) -> None:
        ends = message["type"] == "http.response.body" and not message.get("more_body")
        if ends and self._more:
            # The client has the whole answer now, and the server does not know it yet.
            await self._send({**message, "more_body": True})
            await self._take_in()
            message = _end()
        await self._send(message)

    async def _take_in(self) -> None:
        taken = 0
        try:
            async with asyncio.timeout(self._patience):
                while self._more and taken < _MOST:
                    taken += len((await self.receive()).get("body", b""))
        except TimeoutError:
            self._more = False


def _end() -> dict[str, Any]:
    return {"type": "http.response.body", "body": b"", "more_body": False}
