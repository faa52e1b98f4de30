"""The edge of an ASGI application."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..schemas.errors import MEDIA_TYPE
from ..telemetry import Telemetry
from .policy import Visit


class Edge:
    """Pure ASGI middleware: bodies pass through as they come."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        visit = Visit.begin(
            scope["method"],
            scope["path"],
            headers.get("x-request-id", ""),
            self._telemetry,
            client=(scope.get("client") or [""])[0],
            traceparent=headers.get("traceparent", ""),
            tracestate=headers.get("tracestate", ""),
        )
        scope["visit"] = visit  # A mounted application says here which of its routes answers.

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.answer(message["status"])
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
            visit.route = visit.route or _template(scope)
            visit.end()


def _template(scope: Scope) -> str:
    """Return the route's path with its prefixes, "" where no route was found."""
    route = scope.get("route")
    if not isinstance(route, Route):
        return ""
    # FastAPI keeps what `include_router` adds to a path beside the route, in a place that it
    # does not document; a test watches it.
    found = scope.get("fastapi", {}).get("effective_route_context", route)
    template: str = found.path_format
    return template


async def _answer(send: Send, body: bytes) -> None:
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})
