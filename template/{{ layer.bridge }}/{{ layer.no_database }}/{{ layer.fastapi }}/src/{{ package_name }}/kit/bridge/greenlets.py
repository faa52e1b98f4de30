"""Greenlets, of which plain functions can wait for an event loop."""

import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

R = TypeVar("R")


async def greenlet_spawn(service: Callable[[], R]) -> R:
    """Call `service`, and await whatever it passes to `await_only`."""
    inside = greenlet(service)
    inside.gr_context = getcurrent().gr_context  # Not a copy.
    result = inside.switch()
    while not inside.dead:
        try:
            value = await result
        except BaseException:  # noqa: BLE001 - The service decides about it.
            result = inside.throw(*sys.exc_info())
        else:
            result = inside.switch(value)
    return result  # type: ignore[no-any-return]


def await_only(awaitable: Awaitable[R]) -> R:
    event_loop = getcurrent().parent
    if event_loop is None:
        if isinstance(awaitable, Coroutine):
            awaitable.close()
        raise RuntimeError("Call the service by `await run(...)`.")
    return event_loop.switch(awaitable)  # type: ignore[no-any-return]


def in_transaction() -> bool:
    """Return False: there is no database."""
    return False
