"""One socket: counts and limits its messages, and ends it."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from limits import parse

from .settings import WebSocketSettings

Message = Any  # As in Starlette, a mapping of ASGI.
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number
NORMAL: Final = 1000
GONE: Final = 1006
CRASHED: Final = 1011
RESTART: Final = 1012
TOO_SLOW: Final = 1013

# Seconds for the closing handshake.
CLOSE_SECONDS: Final = 2.0


def close_code(status: int) -> int:
    """Return the close code for an HTTP status."""
    return 4000 + status


class SocketClosed(Exception):
    """The server closes the socket; 1006: the client has gone."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class Connection:
    """Stands between the server and the application; `receive` and `send` are those of ASGI."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        settings: WebSocketSettings,
        add_headers: Callable[[Message], Headers],
    ) -> None:
        self._receive = receive
        self._send = send
        self.settings = settings
        rate = parse(settings.websocket_rate_limit) if settings.websocket_rate_limit else None
        self._window = rate.get_expiry() if rate else 0
        self._times: deque[float] = deque(maxlen=rate.amount if rate else 1)
        self._add_headers = add_headers
        self._deadline = asyncio.timeout(None)
        self._end: SocketClosed | None = None
        self._problem_status = 0
        self.accepted = False
        self.status = 0  # Of the handshake.
        self.code = 0  # 0: open.
        self.received = self.sent = 0
        self.heard_at = monotonic()

    async def run(self, app: Callable[[Receive, Send], Awaitable[None]]) -> None:
        """Run the application; raise `SocketClosed` after `end`."""
        try:
            async with self._deadline:
                await app(self.receive, self.send)
        except TimeoutError:
            raise self._end or TimeoutError from None

    def end(self, code: int, reason: str) -> None:
        """Stop the application, and close the socket."""
        self._end = SocketClosed(code, reason)
        with suppress(RuntimeError):  # It has ended.
            self._deadline.reschedule(0)

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self.code = self.code or message.get("code") or GONE
        elif message["type"] == "websocket.receive":
            self.heard_at = now = monotonic()
            self.received += 1
            if len(self._times) == self._times.maxlen and now - self._times[0] < self._window:
                raise SocketClosed(close_code(429), "too many messages")
            self._times.append(now)
        return message

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if self.accepted and kind.startswith("websocket.http.response"):
            await self._send_problem(message)
            return
        if kind == "websocket.accept":
            self.accepted, self.status = True, 101
            message["headers"] = self._add_headers(message)
        elif kind == "websocket.http.response.start":
            self.status = message["status"]
            message["headers"] = self._add_headers(message)
        elif kind == "websocket.close":
            self.code, self.status = message.get("code", NORMAL), self.status or 403
        elif kind == "websocket.send":
            self.sent += 1
        try:
            async with asyncio.timeout(self.settings.websocket_send_seconds):
                await self._send(message)
        except TimeoutError:
            raise SocketClosed(TOO_SLOW, "too slow") from None
        except OSError:
            raise SocketClosed(GONE) from None

    async def close(self, code: int, reason: str = "") -> None:
        """Close the socket, unless it is closed, and wait for the client to confirm it."""
        if self.code or self.status not in (0, 101):
            return
        self.code, self.status = code, self.status or 403
        if code == GONE:
            return
        # The message waits behind those that the client has not read yet.
        with suppress(TimeoutError, OSError, RuntimeError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
                while (await self._receive())["type"] != "websocket.disconnect":
                    pass

    async def _send_problem(self, message: Message) -> None:
        """Send the response to an error as a message: the handshake is over."""
        if message["type"] == "websocket.http.response.start":
            self._problem_status = message["status"]
            return
        problem = problem_message(json.loads(message["body"]))
        await self.send({"type": "websocket.send", "text": json.dumps(problem)})
        await self.close(close_code(self._problem_status), problem["title"])


def problem_message(problem: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message for a problem: its own `type` says nothing."""
    return {**problem, "type": "problem"}
