"""The engines of an application."""

from collections.abc import Iterable
from typing import Any

from .engine import Call, Engine
from .model import In, Model, Out
from .settings import InferenceSettings


class Engines:
    """The engines of an application, by the class of the model."""

    def __init__(
        self,
        models: Iterable[type[Model[Any, Any]]],
        settings: InferenceSettings,
        call: Call = lambda function: function(),
    ) -> None:
        self._engines = {model: Engine(model(), settings, call) for model in models}

    def __getitem__(self, model: type[Model[In, Out]]) -> Engine[In, Out]:
        if model not in self._engines:
            raise LookupError(f"{model.__name__} is not in MODELS of the application file.")
        return self._engines[model]

    def start(self) -> None:
        for engine in self._engines.values():
            engine.start()

    def check(self) -> None:
        """Raise `Unavailable` unless all models are loaded and respond."""
        for engine in self._engines.values():
            engine.check()

    def close(self) -> None:
        for engine in self._engines.values():
            engine.close()
