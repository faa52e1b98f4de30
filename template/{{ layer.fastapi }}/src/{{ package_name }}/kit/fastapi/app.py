"""Creates a FastAPI application from settings, routers and middleware."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from ..db.async_database import Database
from ..db.settings import DatabaseSettings
from ..middleware.request_filter import RequestFilter
from ..observability import logs
from ..observability.telemetry import Telemetry
from . import docs, errors, health, metrics


def create_app(
    settings: DatabaseSettings,
    *,
    title: str,
    description: str,
    version: str,
    routers: Iterable[APIRouter],
    middleware: Sequence[Middleware],
) -> FastAPI:
    """Return an application with `routers`; the first of `middleware` sees a request first."""
    logs.configure(settings)
    app = FastAPI(
        title=title,
        description=description,
        version=version,
        debug=settings.debug,
        middleware=middleware,
        lifespan=_lifespan,
        # A redirect would lose the body of a POST.
        redirect_slashes=False,
        # `docs` serves the document, as for Flask.
        openapi_url=None,
        generate_unique_id_function=docs.operation_id,
        # `RequestMiddleware` records traces and metrics, without query strings.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.request_filter = RequestFilter(settings)
    app.state.telemetry = Telemetry(settings, title, version)
    app.include_router(health.router)
    for router in routers:
        app.include_router(router)
    if settings.metrics:
        app.include_router(metrics.router)
    if settings.docs:  # guard: docs-hidden
        app.include_router(docs.router)
    errors.register(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.request_filter.limiter.close()
    await app.state.database.close()
    app.state.telemetry.close()
