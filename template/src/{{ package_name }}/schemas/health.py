"""What the probes answer."""

from typing import Literal

from .base import Answer


class Status(Answer):
    status: Literal["ok"] = "ok"
