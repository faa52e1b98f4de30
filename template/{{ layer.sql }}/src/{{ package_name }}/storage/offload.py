"""Keeps work that blocks off the event loop, without the service knowing whether there is one."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from sqlalchemy.util import await_only

P = ParamSpec("P")
R = TypeVar("R")


def blocking(work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call what computes for long or waits without asyncio: a password's hash, an SDK.

    In a service that runs on the event loop, a thread does it and the loop goes on; in any
    other, this is the plain call.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work(*args, **kwargs)
    return await_only(asyncio.to_thread(work, *args, **kwargs))
