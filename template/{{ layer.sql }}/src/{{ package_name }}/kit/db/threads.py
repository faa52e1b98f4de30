"""Runs blocking work of a service in a thread, where an event loop would be blocked."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from sqlalchemy.util import await_only

P = ParamSpec("P")
R = TypeVar("R")


def run_in_thread(work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call `work`, which computes for long or blocks: a password hash, an SDK.

    In a service that runs on an event loop, a thread calls it and the loop goes on. In any other
    service this is a plain call.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work(*args, **kwargs)
    return await_only(asyncio.to_thread(work, *args, **kwargs))
