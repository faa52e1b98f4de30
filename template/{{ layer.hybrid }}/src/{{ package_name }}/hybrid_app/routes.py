"""How an application is mounted: the front hears which of its routes answers, and allows both's."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from ..edge.wsgi import template
from ..fastapi_app.methods import Allowed
from .bridge import WSGIBridge
from .methods import AllowBoth

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def carried(mounted: "WSGIApplication", front: FastAPI, *, threads: int) -> ASGIApp:
    """Return what to mount in `front`, after all of its routes."""
    return AllowBoth(WSGIBridge(tells_route(mounted), threads), Allowed(front))


def tells_route(app: "WSGIApplication") -> "WSGIApplication":
    """Let `app` tell the edge of the front by which of its routes to count and to trace."""

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
