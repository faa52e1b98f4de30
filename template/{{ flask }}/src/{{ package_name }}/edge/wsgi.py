"""The edge of a WSGI application."""

import re
import sys
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.wsgi import ClosingIterator

from ..schemas.errors import MEDIA_TYPE
from ..telemetry import Telemetry
from .policy import Visit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


_ROUTE = "edge.route"


class Edge:
    """WSGI middleware: bodies pass through as they come."""

    def __init__(self, app: "WSGIApplication", telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if "asgi.scope" in environ:  # Mounted in an ASGI application, whose edge has done it all.
            return self._app(environ, start_response)
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        visit = Visit.begin(
            environ["REQUEST_METHOD"],
            path,
            environ.get("HTTP_X_REQUEST_ID", ""),
            self._telemetry,
            client=environ.get("REMOTE_ADDR", ""),
            traceparent=environ.get("HTTP_TRACEPARENT", ""),
            tracestate=environ.get("HTTP_TRACESTATE", ""),
        )

        def dress(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            visit.route = template(environ)
            visit.answer(int(status[:3]))
            present = [name.lower() for name, _ in headers]
            return start_response(
                status, [*headers, *visit.missing_headers(present).items()], exc_info
            )

        try:
            body = self._app(environ, dress)
        except Exception as error:  # noqa: BLE001 (the last place where it can be answered)
            body = [_answer(visit, error, dress)]
        return ClosingIterator(body, visit.end)


def remember_route() -> None:
    """Keep what Flask forgets before a crash gets here. Called before each request."""
    if request.url_rule:
        request.environ[_ROUTE] = request.url_rule.rule


def template(environ: "WSGIEnvironment") -> str:
    """Return the path of the route, `/todos/{todo_id}`, or "" where no route was found."""
    if _ROUTE in environ:
        return _in_braces(environ[_ROUTE])
    # Flask's request is there until it is answered, also that of an application not ours.
    rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
    return _in_braces(rule.rule) if rule else ""


@cache
def _in_braces(rule: str) -> str:
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule)


def _answer(visit: Visit, error: Exception, start_response: "StartResponse") -> bytes:
    body = visit.crashed(error).body()
    headers = [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body)))]
    start_response("500 Internal Server Error", headers, sys.exc_info())
    return body
