"""Requests and responses."""

from typing import Annotated, Literal

from pydantic import Field

from ..kit.schemas import RequestModel, ResponseModel

Centimetres = Annotated[float, Field(gt=0, le=30, allow_inf_nan=False)]


class Measurements(RequestModel):
    """The measurements of a flower."""

    sepal_length: Centimetres
    sepal_width: Centimetres
    petal_length: Centimetres
    petal_width: Centimetres


class Guess(ResponseModel):
    """The most probable species."""

    species: Literal["setosa", "versicolor", "virginica"]
    probability: Annotated[float, Field(ge=0, le=1)]
