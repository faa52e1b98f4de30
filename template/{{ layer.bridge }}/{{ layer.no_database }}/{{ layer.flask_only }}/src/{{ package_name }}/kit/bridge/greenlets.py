"""Without FastAPI and a database there is nothing to await, and no transaction."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

R = TypeVar("R")


async def greenlet_spawn(service: Callable[[], R]) -> R:
    return service()


def await_only(_: Awaitable[R]) -> R:
    raise RuntimeError("Greenlets need FastAPI.")


def in_transaction() -> bool:
    return False
