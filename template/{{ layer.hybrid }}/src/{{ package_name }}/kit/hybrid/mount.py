"""Turns a WSGI application into a backend that FastAPI mounts."""

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from ..fastapi.head_and_allow import AllowedMethods
from .allow import AllowBoth
from .wsgi_adapter import WSGIAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def wsgi_backend(mounted: "WSGIApplication", front: FastAPI, *, threads: int) -> ASGIApp:
    """Return an ASGI application for `front` to mount after all of its routes."""
    return AllowBoth(WSGIAdapter(record_route(mounted), threads), AllowedMethods(front))


def record_route(app: "WSGIApplication") -> "WSGIApplication":
    """Let `app` report its routes, for logs, metrics and traces."""

    def call(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        context = environ["asgi.scope"].get("context")

        def start(*response: Any) -> Any:
            if context:
                context.route = _route_template(environ)
            return start_response(*response)

        try:
            return app(environ, start)
        except Exception:
            if context:
                context.route = _route_template(environ)
            raise

    return call


def _route_template(environ: "WSGIEnvironment") -> str:
    """Return the path template of a route of Flask, `/todos/{todo_id}`, "" without a route."""
    # `kit.flask` keeps the rule of a request that crashes; Flask has it until it has responded.
    rule = environ.get("kit.route")
    if rule is None:
        url_rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
        rule = url_rule.rule if url_rule else ""
    return _with_braces(rule)


@cache
def _with_braces(rule: str) -> str:
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule)
