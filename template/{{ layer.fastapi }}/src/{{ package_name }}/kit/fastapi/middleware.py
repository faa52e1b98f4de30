"""`RequestMiddleware` for ASGI."""

from asyncio import timeout
from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..middleware.proxy_headers import GetHeader
from ..middleware.request_context import RequestContext
from ..middleware.request_filter import EarlyResponse, RequestFilter, RequestInfo
from ..problems import MEDIA_TYPE

Header = tuple[bytes, bytes]


class RequestMiddleware:
    """Proxy headers, trusted hosts, CORS, limits, request ID, headers, access log, metrics, traces.

    Bodies are streamed through. Settings come from the state of the application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or "context" in scope:  # Let in by another middleware.
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # guard: web-sockets
            # No limit below applies to a WebSocket. Closed before it is accepted, it is a 403.
            await send({"type": "websocket.close"})
            return
        state = scope["app"].state
        request_filter: RequestFilter = state.request_filter
        header = header_getter(scope)
        peer = (scope.get("client") or ("",))[0]
        info = request_filter.read(
            scope["method"], scope["path"], peer, scope.get("scheme", "http"), header
        )
        context = RequestContext.start(info, header, state.telemetry)
        scope["context"] = context  # A mounted application sets its route here.

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                context.start_response(message["status"])
                message["headers"] = add_headers(context, message.get("headers", ()))
            await send(message)

        try:
            if response := await early_response(request_filter, info, header):
                await send_response(send_with_headers, context, response)
            else:
                apply(scope, info)
                context.backend = "fastapi"  # A mounted application sets its own.
                limited = _limit_body(receive, scope, header, request_filter)
                await self._app(scope, limited, send_with_headers)
        except Exception as error:
            problem = context.crash(error)
            if context.status:
                raise  # The response has begun: the connection has to be closed.
            await send_response(send_with_headers, context, EarlyResponse(problem))
        finally:
            context.route = context.route or _route(scope)
            context.end()


async def early_response(
    request_filter: RequestFilter, info: RequestInfo, header: GetHeader
) -> EarlyResponse | None:
    return request_filter.respond(info, header, await request_filter.hit_async(info))


def _limit_body(
    receive: Receive, scope: Scope, header: GetHeader, request_filter: RequestFilter
) -> Receive:
    """Return a `receive` that limits the size of the body, and the time for each piece of it."""
    length = header("content-length") or header("transfer-encoding")
    if scope["http_version"][0] == "1" and length in ("", "0"):
        return receive  # There is no body.
    size, more = 0, True

    async def receive_limited() -> Message:
        nonlocal size, more
        if not more:  # The next message is that the client has disconnected.
            return await receive()
        try:
            async with timeout(request_filter.client_timeout):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, headers={"connection": "close"}) from None
        size += len(message.get("body", b""))
        if size > request_filter.max_body_bytes:
            raise HTTPException(413)  # guard: body-limit
        more = message.get("more_body", False)
        return message

    return receive_limited


def add_headers(context: RequestContext, headers: Iterable[Header]) -> list[Header]:
    """Return all headers of a response. In ASGI, names are lower case."""
    result = [*headers]
    names = [name.decode("latin-1") for name, _ in result]
    if context.status == 204:  # FastAPI adds a type for the missing content.
        result = [pair for pair in result if pair[0] != b"content-type"]
    missing = context.missing_headers(names)
    return result + [(name.encode(), value.encode("latin-1")) for name, value in missing]


def _route(scope: Scope) -> str:
    """Return the path template of the route with its prefixes, "" without a route."""
    route = scope.get("route")
    if not isinstance(route, Route):
        return ""
    # FastAPI stores the prefixes of `include_router` here; it is undocumented, and a test checks it.
    context = scope.get("fastapi", {}).get("effective_route_context", route)
    template: str = context.path_format
    return template


def header_getter(scope: Scope) -> GetHeader:
    # Starlette's `Headers` searches the list for each name: a dozen times per request.
    headers: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name, text = raw.decode("latin-1"), value.decode("latin-1")
        headers[name] = f"{headers[name]},{text}" if name in headers else text
    return lambda name: headers.get(name, "")


def apply(scope: Scope, info: RequestInfo) -> None:
    """Pass the values of trusted proxies to the application."""
    scope["scheme"] = info.scheme
    if scope.get("client") and scope["client"][0] != info.client:
        scope["client"] = (info.client, 0)
    if info.host != info.host_header:
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [(b"host", info.host.encode("latin-1")), *others]
    if info.prefix:  # Both contain it: https://asgi.readthedocs.io/en/latest/specs/www.html
        scope["root_path"] = info.prefix
        scope["path"] = info.prefix + scope["path"]
        raw = scope.get("raw_path") or b""  # It is optional.
        scope["raw_path"] = info.prefix.encode() + raw


async def send_response(send: Send, context: RequestContext, response: EarlyResponse) -> None:
    body = context.with_instance(response.problem).to_json() if response.problem else b""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in response.headers]
    if response.problem:
        headers.append((b"content-type", MEDIA_TYPE.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
