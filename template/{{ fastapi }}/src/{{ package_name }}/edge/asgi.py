"""The edge of an ASGI application."""

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..schemas.errors import MEDIA_TYPE
from .bodies import Meter
from .forwarded import Header
from .gate import Answer, Arrival, Gate, too_many
from .policy import Visit


class Edge:
    """Pure ASGI middleware: bodies pass through as they come."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        header = _reader(scope)
        peer = (scope.get("client") or ("",))[0]
        arrival = self._gate.arrive(
            scope["method"], scope["path"], peer, scope.get("scheme", "http"), header
        )
        visit = Visit.begin(
            arrival.method, arrival.path, header("x-request-id"), prefix=arrival.prefix
        )

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(visit.missing_headers(headers.keys()))
                for name, value in arrival.also:
                    headers.append(name, value)
                if visit.status == 204:  # FastAPI names a type for content that is not there.
                    del headers["content-type"]
            await send(message)

        try:
            answer = await self._answer(arrival, header)
            if answer:
                await _send(dress, visit, answer)
            else:
                await self._app(_arrived(scope, arrival), self._metered(receive), dress)
        except Exception as error:
            found = visit.crashed(error)
            if visit.status:
                raise  # The answer has begun: all that is left is to break it off.
            await _send(dress, visit, Answer(found))
        finally:
            visit.end()

    async def _answer(self, arrival: Arrival, header: Header) -> Answer | None:
        """Return the answer to a request that is not let in."""
        if answer := self._gate.answer(arrival, header):
            return answer
        if counted := self._gate.limit(arrival):
            seconds = await self._gate.limiter.hit_async(*counted)
            return too_many(seconds) if seconds else None
        return None

    def _metered(self, receive: Receive) -> Receive:
        meter = Meter(self._gate.max_body_bytes)

        async def metered() -> Message:
            message = await receive()
            if message["type"] == "http.request" and meter.exceeded(len(message.get("body", b""))):
                raise HTTPException(413)
            return message

        return metered


def _reader(scope: Scope) -> Header:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    names = {name for name, _ in headers}

    def header(name: str) -> str:
        raw = name.encode()
        if raw not in names:
            return ""
        return ",".join(value.decode("latin-1") for key, value in headers if key == raw)

    return header


def _arrived(scope: Scope, arrival: Arrival) -> Scope:
    """Return `scope` as the application is to see it."""
    told = {**scope, "scheme": arrival.scheme}
    if scope.get("client") and scope["client"][0] != arrival.client:
        told["client"] = (arrival.client, 0)
    if arrival.host != arrival.named:
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        told["headers"] = [(b"host", arrival.host.encode("latin-1")), *others]
    if arrival.prefix:  # Both have it: https://asgi.readthedocs.io/en/latest/specs/www.html
        told["root_path"] = arrival.prefix
        told["path"] = arrival.prefix + scope["path"]
        told["raw_path"] = arrival.prefix.encode() + scope.get("raw_path", b"")
    return told


async def _send(send: Send, visit: Visit, answer: Answer) -> None:
    body = visit.located(answer.problem).body() if answer.problem else b""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers]
    if answer.problem:
        headers.append((b"content-type", MEDIA_TYPE.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
