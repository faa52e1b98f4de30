"""While a worker starts, a signal to end waits: a loop of uvloop drops what comes before it runs."""

import asyncio
from functools import partial
from signal import SIG_BLOCK, SIG_UNBLOCK, SIGINT, SIGTERM, pthread_sigmask
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_END: Final = {SIGINT, SIGTERM}
# Seconds. granian leaves its loop once more between the lifespan's start and the first request.
_UNTIL_IT_SERVES: Final = 0.01


def begin() -> None:
    """Let signals to end wait, until `Ends` lets them through."""
    pthread_sigmask(SIG_BLOCK, _END)


class Ends:
    """Wraps an application; once that has started, this process hears of signals."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lifespan = scope["type"] == "lifespan"
        await self._app(scope, receive, partial(_started, send) if lifespan else send)


async def _started(send: Send, message: Message) -> None:
    await send(message)
    if message["type"] == "lifespan.startup.complete":
        loop = asyncio.get_running_loop()
        loop.call_later(_UNTIL_IT_SERVES, pthread_sigmask, SIG_UNBLOCK, _END)
