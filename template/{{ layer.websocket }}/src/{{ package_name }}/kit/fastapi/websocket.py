"""WebSockets for FastAPI: the middleware, and the socket of an authenticated user."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from itertools import count
from time import monotonic, perf_counter
from typing import Any, Final, Generic, Protocol, TypeVar

import structlog
from fastapi import APIRouter, FastAPI, Response, WebSocket, WebSocketDisconnect
from fastapi.exceptions import WebSocketRequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import problems
from ..errors import DomainError, Invalid, Unauthorized, Unavailable
from ..feed import Event
from ..middleware.request_context import RequestContext
from ..middleware.request_filter import EarlyResponse
from ..problems import Problem
from ..websocket import Connection, SocketClosed, Sockets, WebSocketSettings
from ..websocket.connection import CRASHED, GONE, NORMAL, close_code, problem_message
from ..websocket.server_options import prepare_server
from .errors import respond
from .middleware import add_headers, apply, early_response, header_getter, send_response

log = structlog.stdlib.get_logger(__name__)

_SCHEMES: Final = {"http": "ws", "https": "wss"}
_ANY_PATH: Final = "/{path:path}"
# Pings after which credentials are checked again: a session may have ended.
_PINGS_PER_CHECK: Final = 3


class WebSocketMiddleware:
    """Lets WebSockets in by the rules for requests; `RequestMiddleware` passes these on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        state, header = scope["app"].state, header_getter(scope)
        sockets: Sockets = state.sockets
        peer = (scope.get("client") or ("",))[0]
        scheme = scope.get("scheme", "ws")
        info = state.request_filter.read("GET", scope["path"], peer, scheme, header)
        info.scheme = _SCHEMES.get(info.scheme, info.scheme)
        context = RequestContext.start(info, header, state.telemetry)

        def headers(message: Message) -> list[tuple[bytes, bytes]]:
            return add_headers(context, message.get("headers", ()))

        connection = Connection(receive, send, sockets.settings, headers)
        scope["context"], scope["connection"] = context, connection

        async def deny(message: Message) -> None:
            await connection.send({**message, "type": f"websocket.{message['type']}"})

        try:
            response = await early_response(state.request_filter, info, header)
            if response is None and (
                refusal := sockets.refuse(info.client, header("origin"), info.host)
            ):
                response = EarlyResponse(refusal, (("retry-after", "1"),))
            if response:
                await send_response(deny, context, response)
                return
            apply(scope, info)
            with sockets.opened(connection, info.client):
                await connection.run(lambda *streams: self._app(scope, *streams))
            await connection.close(NORMAL)
        except SocketClosed as closed:
            await connection.close(closed.code, closed.reason)
        except WebSocketDisconnect:
            pass
        except Exception as error:  # noqa: BLE001 (the server would log it again)
            problem = context.crash(error)
            if connection.accepted:
                await connection.close(CRASHED)
            else:
                await send_response(deny, context, EarlyResponse(problem))
        finally:
            _record(context, connection, scope)


def _record(context: RequestContext, connection: Connection, scope: Scope) -> None:
    """Log the end of a WebSocket, without its query string, and count it."""
    route = getattr(scope.get("route"), "path", "").removesuffix(_ANY_PATH)
    log.info(
        "closed" if connection.accepted else "refused",
        path=context.info.path,
        route=route,
        status=connection.status,
        code=connection.code,
        duration_ms=round(1000 * (perf_counter() - context.started), 1),
        client=context.info.client,
        received=connection.received,
        sent=connection.sent,
    )
    sockets: Sockets = scope["app"].state.sockets
    if sockets.metrics:
        sockets.metrics.count(route, connection)
    if context.span:
        context.span.end("GET", route, connection.status)
    structlog.contextvars.unbind_contextvars("request_id", "trace_id")


class HasId(Protocol):
    @property
    def id(self) -> object: ...


U = TypeVar("U", bound=HasId)
M = TypeVar("M", bound=BaseModel)


class Socket(Generic[U]):
    """An accepted WebSocket of a user."""

    def __init__(
        self,
        websocket: WebSocket,
        authenticate: Callable[[str], Awaitable[U]],
        credentials: str,
        user: U,
    ) -> None:
        self._websocket = websocket
        self._authenticate = authenticate
        self._credentials = credentials
        self.user = user

    @classmethod
    async def open(
        cls,
        websocket: WebSocket,
        authenticate: Callable[[str], Awaitable[U]],
        credentials: str | None,
    ) -> "Socket[U]":
        """Accept a WebSocket with valid credentials; None: they are in its first message.

        Raises:
            Unauthorized: They are missing or not valid.
        """
        if credentials is None:
            await websocket.accept()
            credentials = await _receive_credentials(websocket)
            user = await authenticate(credentials)
        else:
            user = await authenticate(credentials)
            await websocket.accept()
        await websocket.send_json({"type": "ready"})
        return cls(websocket, authenticate, credentials, user)

    async def serve(
        self,
        events: AsyncGenerator[Event, None],
        schema: type[M] | None = None,
        receive: Callable[[M], Awaitable[BaseModel | None]] | None = None,
    ) -> None:
        """Send `events`, and call `receive` with each message, one at a time, until one of both ends.

        A `DomainError` of `receive` is sent as a problem, and the socket goes on.
        """
        tasks = [
            asyncio.create_task(self._send_events(events)),
            asyncio.create_task(self._receive(schema, receive)),
            asyncio.create_task(self._keep_alive()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        errors = [task.exception() for task in tasks if not task.cancelled()]
        for error in filter(None, errors):
            raise error

    async def _send_events(self, events: AsyncGenerator[Event, None]) -> None:
        async with aclosing(events):
            async for event in events:
                head = f'{{"type":{json.dumps(event.name)},"id":"{event.id}","data":'
                await self._websocket.send_text(f"{head}{event.data}}}")

    async def _receive(
        self, schema: type[M] | None, receive: Callable[[M], Awaitable[BaseModel | None]] | None
    ) -> None:
        while True:
            message = await _receive_json(self._websocket)
            kind = message.get("type") if isinstance(message, dict) else None
            if kind == "auth":
                await self._authenticate_again(_token(message))
                await self._websocket.send_json({"type": "ready"})
            elif kind != "pong":
                try:
                    if schema is None or receive is None:
                        raise Invalid("No messages are expected here.")
                    if answer := await receive(schema.model_validate(message)):
                        await self._websocket.send_text(answer.model_dump_json())
                except DomainError as error:
                    await self._send_problem(problems.from_domain_error(error))
                except ValidationError as error:
                    errors = ({**each, "loc": ("body", *each["loc"])} for each in error.errors())
                    await self._send_problem(problems.from_validation_errors(errors))

    async def _keep_alive(self) -> None:
        """Send pings. Close the socket of a client that is silent, or whose credentials expire."""
        connection: Connection = self._websocket.scope["connection"]
        seconds = connection.settings.websocket_ping_seconds
        for number in count(1):
            await asyncio.sleep(seconds)
            if monotonic() - connection.heard_at > 3 * seconds:
                raise SocketClosed(close_code(408), "no response to pings")
            await self._websocket.send_json({"type": "ping"})
            if number % _PINGS_PER_CHECK == 0:
                with suppress(Unavailable):  # The next check may succeed.
                    await self._authenticate_again(self._credentials)

    async def _authenticate_again(self, credentials: str) -> None:
        user = await self._authenticate(credentials)
        if user.id != self.user.id:
            raise Unauthorized("The credentials are those of another user.")
        self.user, self._credentials = user, credentials

    async def _send_problem(self, problem: Problem) -> None:
        await self._websocket.send_json(problem_message(problem.model_dump(exclude_none=True)))


async def _receive_credentials(websocket: WebSocket) -> str:
    connection: Connection = websocket.scope["connection"]
    try:
        async with asyncio.timeout(connection.settings.websocket_auth_seconds):
            return _token(await _receive_json(websocket))
    except TimeoutError:
        raise Unauthorized("The first message must authenticate.") from None


def _token(message: Any) -> str:
    token = message.get("token") if isinstance(message, dict) else None
    if not isinstance(token, str) or message.get("type") != "auth":
        raise Unauthorized("The first message must authenticate.")
    return token


async def _receive_json(websocket: WebSocket) -> Any:
    """Return a message, None if it is not JSON."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code") or GONE)
    try:
        return json.loads(message.get("text") or message.get("bytes") or "")
    except (ValueError, RecursionError):
        return None


def register(app: FastAPI, settings: WebSocketSettings) -> None:
    """Let `app` have WebSockets. Call it before another application is mounted."""
    prepare_server()
    app.state.sockets = Sockets(settings)
    app.include_router(APIRouter(lifespan=_close_on_shutdown))
    app.add_api_websocket_route(_ANY_PATH, _not_found)

    @app.exception_handler(WebSocketRequestValidationError)
    async def invalid(socket: Any, error: WebSocketRequestValidationError) -> Response:
        return respond(socket, problems.from_validation_errors(error.errors()))


@asynccontextmanager
async def _close_on_shutdown(app: FastAPI) -> AsyncIterator[None]:
    async with app.state.sockets.closing_on_shutdown():
        yield


async def _not_found() -> None:
    raise HTTPException(404)
