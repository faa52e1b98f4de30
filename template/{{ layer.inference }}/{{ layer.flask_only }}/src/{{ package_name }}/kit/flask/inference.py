"""Models in Flask: a thread waits for the result of its request."""

from collections.abc import Iterable
from concurrent.futures import wait
from threading import BoundedSemaphore
from typing import Annotated, Any

from flask import Flask, current_app, request

from ..inference import InferenceSettings, Model, Prediction
from ..inference.engine import Call, Engine, Engines
from ..inference.model import In, Out
from .routing.calls import Depends


class AppModels:
    """The models of the application."""

    def __init__(self, engines: Engines, timeout: float, max_waiting: int) -> None:
        self._engines = engines
        self._timeout = timeout
        self._slots = BoundedSemaphore(max_waiting)

    def predict(self, model: type[Model[In, Out]], item: In) -> Prediction[Out]:
        """Return the result of a model. Raises `Unavailable` if it does not come in time."""
        engine: Engine[In, Out] = self._engines[model]
        if not self._slots.acquire(blocking=False):
            raise engine.overloaded()
        try:
            future = engine.submit(item)
            wait([future], self._timeout)
            if future.done():
                return future.result()
            future.cancel()
            raise engine.late()
        finally:
            self._slots.release()


def register(
    app: Flask,
    settings: InferenceSettings,
    models: Iterable[type[Model[Any, Any]]],
    *,
    max_waiting: int,
    call: Call = lambda function: function(),
) -> None:
    """Load `models` in a thread; `/readyz` waits for them. Call it in the worker process.

    At most `max_waiting` requests wait for a model, so that other requests have threads left.
    """
    engines = Engines({model: Engine(model(), settings, call) for model in models})
    for engine in engines.values():
        engine.start()
    timeout = settings.inference_timeout
    app.extensions["models"] = AppModels(engines, timeout, max(1, max_waiting))

    @app.before_request
    def check_readiness() -> None:
        if request.endpoint == "health_readyz":
            engines.check()


def get_models() -> AppModels:
    models: AppModels = current_app.extensions["models"]
    return models


Models = Annotated[AppModels, Depends(get_models)]
