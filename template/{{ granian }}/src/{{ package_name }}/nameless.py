"""Keeps what serves to itself: granian says so in `Server`, unless somebody else has said something."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAMELESS: Final = (b"server", b"")


class Nameless:
    """Wraps an application; granian has no setting for this."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], _NAMELESS]
            await send(message)

        await self._app(scope, receive, answer if scope["type"] == "http" else send)
