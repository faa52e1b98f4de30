"""Requests and responses."""

from typing import Annotated

from pydantic import Field

from ..kit.schemas import Line, RequestModel, ResponseModel


class ReminderIn(RequestModel):
    """A reminder to send in `delay_seconds`."""

    text: Line
    delay_seconds: Annotated[int, Field(strict=True, ge=0, le=30 * 24 * 60 * 60)] = 0


class ReminderOut(ResponseModel):
    """A reminder that is sent later."""

    job_id: str
