"""Puts the FastAPI application together."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from .. import about, logs
from ..edge.asgi import Edge
from ..settings import Settings, load
from ..storage.aio import Database
from ..telemetry import Telemetry
from . import auth, docs, errors, health, metrics
from .features import FEATURES
from .methods import HeadAsGet


def create_app(
    settings: Settings | None = None, *, features: Iterable[APIRouter] = FEATURES
) -> FastAPI:
    """Return an application that uses `settings`, by default those of the environment."""
    settings = settings or load()
    logs.configure(settings)
    telemetry = Telemetry.start(settings)
    database = Database(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await database.close()
        telemetry.close()

    app = FastAPI(
        title=about.TITLE,
        description=about.DESCRIPTION,
        version=about.VERSION,
        lifespan=lifespan,
        # A path has one spelling; a redirect would lose the body of a POST.
        redirect_slashes=False,
        openapi_url=None,  # Served by `docs`, in the same way as by every other framework.
        generate_unique_id_function=docs.operation_id,
        # The edge traces and counts, for every framework alike and without query strings.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.database, app.state.auth = database, auth.prepare(settings)
    app.state.metrics = telemetry.metrics
    app.include_router(health.router)
    for feature in features:
        app.include_router(feature)
    if telemetry.metrics:
        app.include_router(metrics.router)
    if settings.shows_docs:
        docs.register(app, settings.security_schemes)
    errors.register(app)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Edge, telemetry=telemetry)
    return app
