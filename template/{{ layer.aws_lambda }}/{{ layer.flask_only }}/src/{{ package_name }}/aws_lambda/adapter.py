"""WSGI for AWS Lambda, by apig-wsgi: https://github.com/adamchainz/apig-wsgi."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from apig_wsgi import make_lambda_handler

from ..flask_app import create_app
from ..settings import Settings
from .function import Answer, Event

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Adapted:
    """The application; its connections are kept from one request to the next."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        self._answer = make_lambda_handler(begun_once(self.app))

    def __call__(self, event: Event, context: Any) -> Answer:
        return self._answer(event, context)


def begun_once(app: "WSGIApplication") -> "WSGIApplication":
    """Let `app` begin its answers as apig-wsgi wants it.

    It takes the last of several headers of one name for the only one, and an error that has an
    answer (PEP 3333: `exc_info`) for one that has none, although nothing was sent before.
    """

    def call(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], _: Any = None, /) -> Any:
            return start_response(status, joined(headers))

        return app(environ, begin)

    return call


def joined(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return each name once, with all of its values; cookies alone cannot be joined (RFC 6265)."""
    cookies: list[tuple[str, str]] = []
    found: dict[str, str] = {}
    for given, value in headers:
        name = given.lower()
        if name == "set-cookie":
            cookies.append((name, value))
        else:
            found[name] = f"{found[name]}, {value}" if name in found else value
    return [*found.items(), *cookies]
