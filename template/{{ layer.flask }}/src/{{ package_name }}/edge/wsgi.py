"""The edge of a WSGI application."""

import re
import sys
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, RequestTimeout
from werkzeug.wsgi import ClosingIterator

from ..schemas.errors import MEDIA_TYPE
from ..telemetry import Telemetry
from .bodies import Meter
from .forwarded import Header
from .gate import Answer, Arrival, Gate, too_many
from .policy import Visit

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment


_ROUTE = "edge.route"


class Edge:
    """WSGI middleware: bodies pass through as they come."""

    def __init__(self, app: "WSGIApplication", gate: Gate, telemetry: Telemetry) -> None:
        self._app = app
        self._gate = gate
        self._telemetry = telemetry

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if "asgi.scope" in environ:  # Mounted in an ASGI application, whose edge has done it all.
            return self._app(environ, start_response)
        header = _reader(environ)
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        arrival = self._gate.arrive(
            environ["REQUEST_METHOD"],
            path,
            environ.get("REMOTE_ADDR", ""),
            environ["wsgi.url_scheme"],
            header,
        )
        visit = Visit.begin(arrival, header, self._telemetry)

        def dress(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            visit.route = template(environ)
            visit.answer(int(status[:3]))
            missing = visit.missing_headers(name.lower() for name, _ in headers)
            return start_response(status, [*headers, *missing], exc_info)

        try:
            answer = self._answer(arrival, header)
            if answer:
                body: Iterable[bytes] = [_send(dress, visit, answer)]
            else:
                body = self._app(self._arrived(environ, arrival), dress)
        except Exception as error:  # noqa: BLE001 (the last place where it can be answered)
            body = [_send(dress, visit, Answer(visit.crashed(error)), sys.exc_info())]
        return ClosingIterator(body, visit.end)

    def _answer(self, arrival: Arrival, header: Header) -> Answer | None:
        """Return the answer to a request that is not let in."""
        counted = self._gate.limit(arrival)
        if counted and (seconds := self._gate.limiter.hit(*counted)):
            return too_many(seconds)
        return self._gate.answer(arrival, header)

    def _arrived(self, environ: "WSGIEnvironment", arrival: Arrival) -> "WSGIEnvironment":
        """Return `environ` as the application is to see it."""
        environ["wsgi.url_scheme"] = arrival.scheme
        environ["REMOTE_ADDR"] = arrival.client
        if arrival.host != arrival.named:
            environ["HTTP_HOST"] = arrival.host
        if arrival.prefix:
            environ["SCRIPT_NAME"] = arrival.prefix
        if _has_body(environ):
            body = Metered(environ["wsgi.input"], Meter(self._gate.max_body_bytes))
            environ["wsgi.input"] = BufferedReader(body, 64 * 1024)
        return environ


class Metered(RawIOBase):
    """A body that may neither be too much nor take too long: the server has set how long."""

    def __init__(self, body: "InputStream", meter: Meter) -> None:
        self._body = body
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        try:
            piece = self._body.read(len(view))
        except TimeoutError:
            raise RequestTimeout from None
        except Exception:  # noqa: BLE001 (each server has its own for what a client does wrong)
            raise BadRequest("The body did not arrive as announced.") from None
        if self._meter.exceeded(len(piece)):
            raise RequestEntityTooLarge  # guard: body-limit
        view[: len(piece)] = piece
        return len(piece)


def _has_body(environ: "WSGIEnvironment") -> bool:
    return bool(environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING"))


def remember_route(_: object, **__: object) -> None:
    """Keep what Flask forgets before a crash gets here. Called by Flask when there is one."""
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


def _reader(environ: "WSGIEnvironment") -> Header:
    def header(name: str) -> str:
        found: str = environ.get(_key(name), "")
        return found

    return header


@cache
def _key(name: str) -> str:
    """Return what WSGI calls a header; those that are asked for are few."""
    key = name.upper().replace("-", "_")
    return key if key == "CONTENT_LENGTH" else f"HTTP_{key}"


def _send(
    start_response: "StartResponse", visit: Visit, answer: Answer, exc_info: Any = None
) -> bytes:
    body = visit.located(answer.problem).body() if answer.problem else b""
    headers = [*answer.headers]
    if answer.problem:
        headers += [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body)))]
    start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers, exc_info)
    return body
