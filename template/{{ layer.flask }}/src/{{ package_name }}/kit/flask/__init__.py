"""Flask: an application with typed endpoints, error responses, probes, metrics and documentation.

    app = create_app(settings, __name__, title=..., routers=[...])
    app.wsgi_app = RequestMiddleware(app.wsgi_app, app.extensions)

Endpoints are declared on an `APIRouter` as in FastAPI, without `async`; see `routing`.
"""

from flask import Response

from .app import create_app
from .dependencies import Database
from .middleware import RequestMiddleware
from .routing.calls import Depends, SecurityScheme
from .routing.parameters import Form, Header, Path, Query
from .routing.router import APIRouter

__all__ = [
    "APIRouter",
    "Database",
    "Depends",
    "Form",
    "Header",
    "Path",
    "Query",
    "RequestMiddleware",
    "Response",
    "SecurityScheme",
    "create_app",
]
