"""WSGI for AWS Lambda, by apig-wsgi: https://github.com/adamchainz/apig-wsgi."""

from collections.abc import Iterable
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from apig_wsgi import make_lambda_handler

from ..observability.telemetry import Telemetry
from ..settings import KitSettings
from .function import Event, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Adapter:
    """The application of an import path. Its connections stay open between requests."""

    def __init__(self, path: str) -> None:
        self.app: Any = resolve_name(path)()
        self.settings: KitSettings = self.app.extensions["settings"]
        self.telemetry: Telemetry = self.app.extensions["telemetry"]
        self._handle = make_lambda_handler(for_apig_wsgi(self.app))

    def __call__(self, event: Event, context: Any) -> Response:
        return self._handle(event, context)


def for_apig_wsgi(app: "WSGIApplication") -> "WSGIApplication":
    """Let `app` start its responses as apig-wsgi expects.

    apig-wsgi keeps only the last of several headers of one name, and treats a response to an
    exception (PEP 3333: `exc_info`) as a failure, although nothing was sent before.
    """

    def call(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], _: Any = None, /) -> Any:
            return start_response(status, join_headers(headers))

        return app(environ, start)

    return call


def join_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return each name once, with all of its values. Only cookies cannot be joined (RFC 6265)."""
    cookies: list[tuple[str, str]] = []
    joined: dict[str, str] = {}
    for original, value in headers:
        name = original.lower()
        if name == "set-cookie":
            cookies.append((name, value))
        else:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return [*joined.items(), *cookies]
