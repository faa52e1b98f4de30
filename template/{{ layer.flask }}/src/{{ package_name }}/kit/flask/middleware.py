"""`RequestMiddleware` for WSGI."""

import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, RequestTimeout
from werkzeug.wsgi import ClosingIterator

from ..middleware.request_context import RequestContext
from ..middleware.request_filter import EarlyResponse, RequestFilter, RequestInfo
from ..observability.telemetry import Telemetry
from ..problems import MEDIA_TYPE

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment


_CONTEXT = "kit.context"


class RequestMiddleware:
    """Proxy headers, trusted hosts, CORS, limits, request ID, headers, access log, metrics, traces.

    Bodies are streamed through. `extensions` are those of the application.
    """

    def __init__(self, app: "WSGIApplication", extensions: Mapping[str, Any]) -> None:
        self._app = app
        self._filter: RequestFilter = extensions["request_filter"]
        self._telemetry: Telemetry = extensions["telemetry"]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if "asgi.scope" in environ:  # Mounted in an ASGI application, whose middleware has run.
            environ[_CONTEXT] = environ["asgi.scope"].get("context")
            return self._app(environ, start_response)
        headers = EnvironHeaders(environ)

        def header(name: str) -> str:
            return headers.get(name, "")

        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        info = self._filter.read(
            environ["REQUEST_METHOD"],
            path,
            environ.get("REMOTE_ADDR", ""),
            environ["wsgi.url_scheme"],
            header,
        )
        context = environ[_CONTEXT] = RequestContext.start(info, header, self._telemetry)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            context.start_response(int(status[:3]))
            missing = context.missing_headers(name.lower() for name, _ in headers)
            return start_response(status, [*headers, *missing], exc_info)

        try:
            if response := self._filter.respond(info, header, self._filter.hit(info)):
                body: Iterable[bytes] = [_send(start, context, response)]
            else:
                body = self._app(self._apply(environ, info), start)
        except Exception as error:  # noqa: BLE001 (no other code can respond)
            body = [_send(start, context, EarlyResponse(context.crash(error)), sys.exc_info())]
        return ClosingIterator(body, context.end)

    def _apply(self, environ: "WSGIEnvironment", info: RequestInfo) -> "WSGIEnvironment":
        """Pass the values of trusted proxies to the application, and limit the body."""
        environ["wsgi.url_scheme"] = info.scheme
        environ["REMOTE_ADDR"] = info.client
        if info.host != info.host_header:
            environ["HTTP_HOST"] = info.host
        if info.prefix:
            environ["SCRIPT_NAME"] = info.prefix
        if _has_body(environ):
            body = LimitedBody(environ["wsgi.input"], self._filter.max_body_bytes)
            environ["wsgi.input"] = BufferedReader(body, 64 * 1024)
        return environ


class LimitedBody(RawIOBase):
    """A body with a limit on its size. The server limits the time for each piece of it."""

    def __init__(self, body: "InputStream", limit: int) -> None:
        self._body = body
        self._remaining = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        try:
            piece = self._body.read(len(view))
        except TimeoutError:
            raise RequestTimeout from None
        except Exception:  # noqa: BLE001 (each server has its own exceptions for a broken body)
            raise BadRequest("The body did not arrive as announced.") from None
        self._remaining -= len(piece)
        if self._remaining < 0:
            raise RequestEntityTooLarge  # guard: body-limit
        view[: len(piece)] = piece
        return len(piece)


def _has_body(environ: "WSGIEnvironment") -> bool:
    return bool(environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING"))


def record_route() -> None:
    """Keep the path template of the route, `/todos/{todo_id}`, before the view is called."""
    context: RequestContext | None = request.environ.get(_CONTEXT)
    if context and request.url_rule:
        context.route = _with_braces(request.url_rule.rule)


@cache
def _with_braces(rule: str) -> str:
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule)


def _send(
    start_response: "StartResponse",
    context: RequestContext,
    response: EarlyResponse,
    exc_info: Any = None,
) -> bytes:
    body = context.with_instance(response.problem).to_json() if response.problem else b""
    headers = [*response.headers]
    if response.problem:
        headers += [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body)))]
    start_response(f"{response.status} {HTTPStatus(response.status).phrase}", headers, exc_info)
    return body
