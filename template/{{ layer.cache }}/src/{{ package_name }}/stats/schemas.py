"""Schemas of responses."""

from ..kit.schemas import ResponseModel


class StatsOut(ResponseModel):
    open: int
    done: int
