"""A model and its results."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Annotated, ClassVar, Generic, TypeVar

from pydantic import Field

from ..schemas import ResponseModel

In = TypeVar("In")
Out = TypeVar("Out")


class Model(ABC, Generic[In, Out]):
    """Base class of models. With INFERENCE_WORKERS > 1, threads call `predict` at the same time."""

    name: ClassVar[str]
    version = ""  # Part of each result.

    @abstractmethod
    def load(self) -> None:
        """Read the model and set `version`. Called once, after the process has been forked."""

    @abstractmethod
    def predict(self, batch: Sequence[In]) -> Sequence[Out]:
        """Return one result per item, in the same order.

        If it raises, each item is predicted alone: only the invalid ones fail.
        """


class Prediction(ResponseModel, Generic[Out]):
    """A result, and the model that has computed it."""

    result: Out
    model: str
    version: str
    milliseconds: Annotated[float, Field(description="Time in the queue and in the model.")]
