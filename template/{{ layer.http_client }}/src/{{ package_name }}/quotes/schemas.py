"""Requests and responses, and the responses of the other service."""

from typing import Annotated

from pydantic import BaseModel, Field

from ..kit.schemas import RequestModel, ResponseModel

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class QuoteQuery(RequestModel):
    """The currencies of a quote."""

    currency: Annotated[list[Currency], Field(min_length=1, max_length=20)]


class Rate(BaseModel):
    """A response of the service `rates`. Unknown fields are ignored."""

    currency: Currency
    per_euro: Annotated[float, Field(gt=0)]


class RateOut(ResponseModel):
    currency: str
    per_euro: float


class QuoteOut(ResponseModel):
    """Rates of several currencies, in the order of the request."""

    rates: list[RateOut]
