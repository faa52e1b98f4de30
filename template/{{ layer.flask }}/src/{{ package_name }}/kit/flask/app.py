"""Creates a Flask application from settings and routers."""

from collections.abc import Iterable

from flask import Flask

from ..db.database import Database
from ..middleware.request_filter import RequestFilter
from ..observability import logs
from ..observability.telemetry import Telemetry
from . import docs, errors, health, metrics
from .middleware import record_route
from .routing.router import APIRouter
from .settings import FlaskSettings


def create_app(
    settings: FlaskSettings,
    import_name: str,
    *,
    title: str,
    description: str,
    version: str,
    routers: Iterable[APIRouter],
) -> Flask:
    """Return an application with `routers`."""
    logs.configure(settings)
    app = Flask(import_name, static_folder=None)
    app.debug = settings.debug  # FLASK_DEBUG is ignored.
    # A redirect would lose the body of a POST.
    app.url_map.merge_slashes = False
    app.extensions["settings"] = settings
    app.extensions["database"] = Database(settings, settings.max_waiting)
    app.extensions["request_filter"] = RequestFilter(settings)
    telemetry = app.extensions["telemetry"] = Telemetry(settings, title, version)
    routers = [health.router, *routers, *([metrics.router] if telemetry.metrics else [])]
    for router in routers:
        router.register(app)
    if settings.docs:  # guard: docs-hidden
        docs.register(app, routers, title=title, description=description, version=version)
    errors.register(app)
    app.before_request(record_route)
    return app
