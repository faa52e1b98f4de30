"""Liveness, and readiness during a graceful shutdown."""

from threading import Event
from typing import Literal

from .errors import Unavailable
from .schemas import ResponseModel

_draining = Event()


class Status(ResponseModel):
    """The body of `/livez` and `/readyz`."""

    status: Literal["ok"] = "ok"


def start_draining() -> None:
    """Mark this process as shutting down; requests are still served."""
    _draining.set()


def is_draining() -> bool:
    return _draining.is_set()


def check_not_draining() -> None:
    """Raise `Unavailable` after `start_draining`."""
    if is_draining():
        raise Unavailable("The service is shutting down.")
