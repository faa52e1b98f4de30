"""The OpenAPI document, and the pages that show it."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from flask import Flask, Response, abort, current_app, jsonify, request

from .. import about, docs_ui
from ..schemas.errors import with_refusals
from . import openapi
from .routing import APIRouter


@cache
def document(routers: tuple[APIRouter, ...]) -> dict[str, Any]:
    """Describe what `routers` offer: once in a process, however many applications it makes."""
    return with_refusals(
        openapi.document(
            routers, title=about.TITLE, version=about.VERSION, description=about.DESCRIPTION
        )
    )


def register(app: Flask, routers: Iterable[APIRouter], schemes: docs_ui.Schemes) -> None:
    """Let `app` show what `routers` offer."""
    app.extensions["security_schemes"] = schemes
    app.extensions["openapi"] = document(tuple(routers))
    views: dict[str, Callable[..., Response]] = {
        "/openapi.json": describe,
        "/docs": page,
        "/redoc": page,
        "/docs/assets/<path:name>": asset,
    }
    for path, view in views.items():
        app.add_url_rule(path, path, view, provide_automatic_options=False, methods=["GET"])


def describe() -> Response:
    state = current_app.extensions
    known = docs_ui.with_schemes(state["openapi"], state["security_schemes"])
    return jsonify(docs_ui.under_prefix(known, request.root_path))


def page() -> Response:
    known = request.headers.get("If-None-Match", "")
    return _send(docs_ui.page(request.path, title=about.TITLE, if_none_match=known))


def asset(name: str) -> Response:
    found = docs_ui.asset(
        name,
        accept_encoding=request.headers.get("Accept-Encoding", ""),
        if_none_match=request.headers.get("If-None-Match", ""),
    )
    return _send(found) if found else abort(404)


def _send(reply: docs_ui.Reply) -> Response:
    return Response(reply.body, reply.status, reply.headers)
