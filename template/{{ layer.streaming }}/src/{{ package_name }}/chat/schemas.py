"""The requests of the API."""

from typing import Annotated

from pydantic import Field

from ..kit.schemas import RequestModel


class Question(RequestModel):
    text: Annotated[str, Field(min_length=1, max_length=4000)]
