"""Passes the user to a mounted application, and leaves its headers alone."""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import Unauthorized
from ..middleware import cors

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Returns the user of a request, an object with an `id`, or raises `Unauthorized`.
Authenticate = Callable[[Request], Awaitable[Any]]

# The key of the user in the WSGI environment, `<package>.user`. Keys of headers begin with `HTTP_`, so
# no client can set it. https://peps.python.org/pep-3333/#environ-variables
USER: Final = f"{__name__.partition('.')[0]}.user"


class MountedApp:
    """ASGI middleware around a mounted application.

    The security headers for data would break pages: their styles would not load, and forms that check
    the Referer would be refused.
    """

    def __init__(self, app: ASGIApp, authenticate: Authenticate, *, mode: str) -> None:
        self._app = app
        self._authenticate = authenticate
        self._mode = mode

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        context = scope.get("context")

        async def send_unchanged(message: Message) -> None:
            if context and message["type"] == "http.response.start":
                context.defaults = ()
                present = Headers(raw=message["headers"]).keys()
                context.info.headers = without_present(context.info.headers, present)
            await send(message)

        if scope["type"] == "http" and self._mode != "unasked":
            scope["user"] = await self._user(Request(scope))
        await self._app(scope, receive, send_unchanged)

    async def _user(self, request: Request) -> Any:
        try:
            return await self._authenticate(request)
        except Unauthorized:
            if self._mode == "required":
                raise
            return None


def without_present(headers: cors.Headers, present: Iterable[str]) -> cors.Headers:
    """Return the headers that a response with the names `present` lacks."""
    names = set(present) - {"vary"}  # Its values add up.
    if "access-control-allow-origin" in names:  # Two CORS policies cannot be mixed.
        names.update(name for name, _ in headers if name.startswith("access-control-"))
    return tuple(pair for pair in headers if pair[0] not in names)


def with_user(app: "WSGIApplication") -> "WSGIApplication":
    """Let `app` read the user in its environment: `REMOTE_USER`, and the object at `USER`."""

    def call(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if user := environ["asgi.scope"].get("user"):
            environ["REMOTE_USER"], environ[USER] = str(user.id), user
        return app(environ, start_response)

    return call


def record_route(app: "WSGIApplication") -> "WSGIApplication":
    """Let a Flask application report its routes, `/todos/{todo_id}`, for logs, metrics and traces."""

    def call(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        context = environ["asgi.scope"].get("context")

        def start(*response: Any) -> Any:
            # Flask has its request here until it has responded.
            rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
            if context and rule:
                context.route = re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule)
            return start_response(*response)

        return app(environ, start)

    return call
