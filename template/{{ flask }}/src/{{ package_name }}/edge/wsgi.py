"""The edge of a WSGI application."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

from ..schemas.errors import MEDIA_TYPE
from .policy import Visit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Edge:
    """WSGI middleware: bodies pass through as they come."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if "asgi.scope" in environ:  # Mounted in an ASGI application, whose edge has done it all.
            return self._app(environ, start_response)
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        visit = Visit.begin(environ["REQUEST_METHOD"], path, environ.get("HTTP_X_REQUEST_ID", ""))

        def dress(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            visit.status = int(status[:3])
            present = [name.lower() for name, _ in headers]
            return start_response(
                status, [*headers, *visit.missing_headers(present).items()], exc_info
            )

        try:
            body = self._app(environ, dress)
        except Exception as error:  # noqa: BLE001 (the last place where it can be answered)
            body = [_answer(visit, error, dress)]
        return ClosingIterator(body, visit.end)


def _answer(visit: Visit, error: Exception, start_response: "StartResponse") -> bytes:
    body = visit.crashed(error).body()
    headers = [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body)))]
    start_response("500 Internal Server Error", headers, sys.exc_info())
    return body
