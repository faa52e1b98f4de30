"""The edge of an ASGI application."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..schemas.errors import MEDIA_TYPE
from .policy import Visit


class Edge:
    """Pure ASGI middleware: bodies pass through as they come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        offered = Headers(scope=scope).get("x-request-id", "")
        visit = Visit.begin(scope["method"], scope["path"], offered)

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(visit.missing_headers(headers.keys()))
                if visit.status == 204:  # FastAPI names a type for content that is not there.
                    del headers["content-type"]
            await send(message)

        try:
            await self._app(scope, receive, dress)
        except Exception as error:
            found = visit.crashed(error)
            if visit.status:
                raise  # The answer has begun: all that is left is to break it off.
            await _answer(dress, found.body())
        finally:
            visit.end()


async def _answer(send: Send, body: bytes) -> None:
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})
