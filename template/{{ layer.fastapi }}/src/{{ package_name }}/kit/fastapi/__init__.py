"""FastAPI: an application with middleware, error responses, probes, metrics and documentation.

    app = create_app(settings, title=..., routers=[...], middleware=[...])

An endpoint gets the database by the annotation `db: Database`.
"""

from .app import create_app
from .dependencies import Database
from .head_and_allow import HeadMiddleware
from .middleware import RequestMiddleware

__all__ = ["Database", "HeadMiddleware", "RequestMiddleware", "create_app"]
