"""Which route of the mounted application answers: the front counts and traces by it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..edge.wsgi import template

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def tells_route(app: "WSGIApplication") -> "WSGIApplication":
    """Let `app` tell the edge of the front; it need not be ours."""

    def call(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        visit = environ["asgi.scope"].get("visit")

        def tell(*answer: Any) -> Any:
            if visit:
                visit.route = template(environ)
            return start_response(*answer)

        try:
            return app(environ, tell)
        except Exception:
            if visit:
                visit.route = template(environ)
            raise

    return call
