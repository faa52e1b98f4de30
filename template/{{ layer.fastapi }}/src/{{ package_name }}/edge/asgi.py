"""The edge of an ASGI application."""

from asyncio import timeout
from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..schemas.errors import MEDIA_TYPE
from ..telemetry import Telemetry
from .bodies import Meter
from .forwarded import Header
from .gate import Answer, Arrival, Gate, too_many
from .policy import Visit

Pair = tuple[bytes, bytes]


class Edge:
    """Pure ASGI middleware: bodies pass through as they come."""

    def __init__(self, app: ASGIApp, gate: Gate, telemetry: Telemetry) -> None:
        self._app = app
        self._gate = gate
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # guard: web-sockets
            # A WebSocket, to which nothing below applies. Closed before it is accepted, it is a 403.
            await send({"type": "websocket.close"})
            return
        header = _reader(scope)
        peer = (scope.get("client") or ("",))[0]
        arrival = self._gate.arrive(
            scope["method"], scope["path"], peer, scope.get("scheme", "http"), header
        )
        visit = Visit.begin(arrival, header, self._telemetry)
        scope["visit"] = visit  # A mounted application says here which of its routes answers.

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.answer(message["status"])
                message["headers"] = _dressed(visit, message.get("headers", ()))
            await send(message)

        try:
            answer = await self._answer(arrival, header)
            if answer:
                await _send(dress, visit, answer)
            else:
                _arrive(scope, arrival)
                visit.half = "fastapi"  # Unless a mounted application says that it is asked.
                await self._app(scope, self._taken(receive, scope, header), dress)
        except Exception as error:
            found = visit.crashed(error)
            if visit.status:
                raise  # The answer has begun: all that is left is to break it off.
            await _send(dress, visit, Answer(found))
        finally:
            visit.route = visit.route or _template(scope)
            visit.end()

    async def _answer(self, arrival: Arrival, header: Header) -> Answer | None:
        """Return the answer to a request that is not let in."""
        counted = self._gate.limit(arrival)
        if counted and (seconds := await self._gate.limiter.hit_async(*counted)):
            return too_many(seconds)
        return self._gate.answer(arrival, header)

    def _taken(self, receive: Receive, scope: Scope, header: Header) -> Receive:
        """Return `receive` for a body that may neither be too much nor take too long."""
        announced = header("content-length") or header("transfer-encoding")
        if scope["http_version"][0] == "1" and announced in ("", "0"):
            return receive  # There is no body.
        meter = Meter(self._gate.max_body_bytes)
        patience = self._gate.client_timeout
        more = True

        async def metered() -> Message:
            nonlocal more
            if not more:  # What comes next, whenever it comes, is that the client has gone.
                return await receive()
            try:
                async with timeout(patience):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, headers={"connection": "close"}) from None
            if message["type"] == "http.request" and meter.exceeded(len(message.get("body", b""))):
                raise HTTPException(413)  # guard: body-limit
            more = message.get("more_body", False)
            return message

        return metered


def _dressed(visit: Visit, headers: Iterable[Pair]) -> list[Pair]:
    """Return all headers of an answer that has come with `headers`: lower case, as ASGI has it."""
    found = [*headers]
    said = [name.decode("latin-1") for name, _ in found]
    if visit.status == 204:  # FastAPI names a type for content that is not there.
        found = [pair for pair in found if pair[0] != b"content-type"]
    missing = visit.missing_headers(said)
    return found + [(name.encode(), value.encode("latin-1")) for name, value in missing]


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


def _reader(scope: Scope) -> Header:
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1")
        text = value.decode("latin-1")
        found[name] = f"{found[name]},{text}" if name in found else text

    def header(name: str) -> str:
        return found.get(name, "")

    return header


def _arrive(scope: Scope, arrival: Arrival) -> None:
    """Tell the application what the edge believes."""
    scope["scheme"] = arrival.scheme
    if scope.get("client") and scope["client"][0] != arrival.client:
        scope["client"] = (arrival.client, 0)
    if arrival.host != arrival.named:
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [(b"host", arrival.host.encode("latin-1")), *others]
    if arrival.prefix:  # Both have it: https://asgi.readthedocs.io/en/latest/specs/www.html
        scope["root_path"] = arrival.prefix
        scope["path"] = arrival.prefix + scope["path"]
        raw = scope.get("raw_path") or b""  # A server may say that it does not know it.
        scope["raw_path"] = arrival.prefix.encode() + raw


async def _send(send: Send, visit: Visit, answer: Answer) -> None:
    body = visit.located(answer.problem).body() if answer.problem else b""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers]
    if answer.problem:
        headers.append((b"content-type", MEDIA_TYPE.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
