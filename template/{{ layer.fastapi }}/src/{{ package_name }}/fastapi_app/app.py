"""Puts the FastAPI application together."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI

from .. import about, logs
from ..edge.asgi import Edge
from ..edge.gate import Gate
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
    gate = Gate(settings)

    app = FastAPI(
        title=about.TITLE,
        description=about.DESCRIPTION,
        version=about.VERSION,
        debug=settings.debug,
        lifespan=_closing(gate, database, telemetry),
        # A path has one spelling; a redirect would lose the body of a POST.
        redirect_slashes=False,
        openapi_url=None,  # Served by `docs`, in the same way as by every other framework.
        generate_unique_id_function=docs.operation_id,
        # The edge traces and counts, for every framework alike and without query strings.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.database, app.state.auth = database, auth.prepare(settings)
    app.state.metrics = telemetry.metrics
    app.state.limiter = gate.limiter
    app.state.settings = settings
    app.include_router(health.router)
    for feature in features:
        app.include_router(feature)
    if telemetry.metrics:
        app.include_router(metrics.router)
    if settings.shows_docs:  # guard: docs-hidden
        docs.register(app, settings.security_schemes)
    errors.register(app)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Edge, gate=gate, telemetry=telemetry)
    return app


def _closing(
    gate: Gate, database: Database, telemetry: Telemetry
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await gate.limiter.close_async()
        await database.close()
        telemetry.close()

    return lifespan
