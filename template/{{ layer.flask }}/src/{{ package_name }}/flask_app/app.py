"""Puts the Flask application together."""

from collections.abc import Iterable

from flask import Flask, got_request_exception

from .. import logs
from ..edge.gate import Gate
from ..edge.wsgi import Edge, remember_route
from ..settings import Settings, load
from ..storage.blocking import Database
from ..telemetry import Telemetry
from . import auth, docs, errors, health, metrics
from .features import FEATURES
from .routing import APIRouter


def create_app(
    settings: Settings | None = None, *, features: Iterable[APIRouter] = FEATURES
) -> Flask:
    """Return an application that uses `settings`, by default those of the environment."""
    settings = settings or load()
    logs.configure(settings)
    telemetry = Telemetry.start(settings)
    app = Flask(__package__, static_folder=None)
    app.debug = settings.debug  # Whatever the framework's own variable says.
    # A path has one spelling; a redirect would lose the body of a POST.
    app.url_map.merge_slashes = False
    gate = Gate(settings)
    app.extensions["database"] = Database(settings)
    app.extensions["metrics"] = telemetry.metrics
    app.extensions["limiter"] = gate.limiter
    app.extensions["settings"] = settings
    app.extensions["auth"] = auth.prepare(settings)
    routers = [health.router, *features]
    if telemetry.metrics:
        routers.append(metrics.router)
    for router in routers:
        router.register(app)
    if settings.shows_docs:  # guard: docs-hidden
        docs.register(app, routers, settings.security_schemes)
    errors.register(app)
    got_request_exception.connect(remember_route, app)
    app.wsgi_app = Edge(app.wsgi_app, gate, telemetry)  # type: ignore[method-assign]
    return app
