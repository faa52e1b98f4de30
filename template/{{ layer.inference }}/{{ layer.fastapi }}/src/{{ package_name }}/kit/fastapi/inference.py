"""Models in FastAPI: the event loop is free while a model computes."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute

from ..health import Status
from ..inference import InferenceSettings, Model, Prediction
from ..inference.engine import Engine, Engines
from ..inference.model import In, Out
from . import health
from .dependencies import Database


class RequestModels:
    """The models of the application, for one request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._timeout: float = request.app.state.settings.inference_timeout

    async def predict(self, model: type[Model[In, Out]], item: In) -> Prediction[Out]:
        """Return the result of a model. Raises `Unavailable` if it does not come in time."""
        engine: Engine[In, Out] = self._request.app.state.models[model]
        result = asyncio.wrap_future(engine.submit(item))
        gone = asyncio.create_task(self._disconnect())
        pending: set[asyncio.Future[Any]] = {result, gone}
        try:
            await asyncio.wait(pending, timeout=self._timeout, return_when="FIRST_COMPLETED")
            if result.done():
                return result.result()
            raise engine.late()
        finally:
            gone.cancel()
            result.cancel()  # A client that has left does not count as queued.

    async def _disconnect(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass


Models = Annotated[RequestModels, Depends(RequestModels)]


def register(
    app: FastAPI, settings: InferenceSettings, models: Iterable[type[Model[Any, Any]]]
) -> None:
    """Load `models` while the application starts; `/readyz` waits for them."""
    engines = {model: Engine(model(), settings, lambda predict: predict()) for model in models}
    app.state.models = Engines(engines)
    app.include_router(APIRouter(lifespan=_run_models))
    # The first route that matches responds: this one, not that of `health`.
    app.router.routes.insert(0, APIRoute("/readyz", readyz, include_in_schema=False))


@asynccontextmanager
async def _run_models(app: FastAPI) -> AsyncIterator[None]:
    for engine in app.state.models.values():
        engine.start()
    yield
    for engine in app.state.models.values():
        engine.close()


async def readyz(request: Request, db: Database) -> Status:
    """Respond with 503 unless requests can be served and all models respond."""
    request.app.state.models.check()
    return await health.readyz(db)
