"""On SIGTERM: first `/readyz` says 503 for a while, then uvicorn stops listening.

A balancer learns late that a process is going. Whatever it sends meanwhile is answered.
"""

import asyncio
import signal
from types import FrameType

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .services import draining


class Drains:
    """Wraps an application; `seconds` pass between the signal and what the server does on it."""

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
        stop = signal.getsignal(signal.SIGTERM)  # uvicorn's, which is there by now.

        def later(number: int, _: FrameType | None) -> None:
            draining.begin()
            if callable(stop):
                loop.call_soon_threadsafe(loop.call_later, self._seconds, stop, number, None)

        signal.signal(signal.SIGTERM, later)
