"""The OpenAPI document and its pages."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from flask import Flask, Response, abort, current_app, jsonify, request

from .. import openapi
from .openapi import generate_document
from .routing.router import APIRouter


@cache
def document(
    routers: tuple[APIRouter, ...], title: str, description: str, version: str
) -> dict[str, Any]:
    """Describe `routers`, once per process."""
    described = generate_document(routers, title=title, version=version, description=description)
    return openapi.complete(described)


def register(
    app: Flask, routers: Iterable[APIRouter], *, title: str, description: str, version: str
) -> None:
    """Serve the document of `routers` and its pages."""
    app.extensions["title"] = title
    app.extensions["openapi"] = document(tuple(routers), title, description, version)
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
    schemes = state["settings"].openapi_security_schemes
    described = openapi.with_security_schemes(state["openapi"], schemes)
    return jsonify(openapi.with_prefix(described, request.root_path))


def page() -> Response:
    body, headers = openapi.page(request.path, title=current_app.extensions["title"])
    return Response(body, headers=headers)


def asset(name: str) -> Response:
    body, headers = openapi.asset(name) or abort(404)
    return Response(body, headers=headers)
