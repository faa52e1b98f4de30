"""Keeps the event loop free: what blocks in a use case goes to a thread where there is a loop."""

import asyncio
from collections.abc import Callable
from importlib.util import find_spec
from typing import ParamSpec, TypeVar

from sqlalchemy.util.concurrency import await_only, in_greenlet

P = ParamSpec("P")
R = TypeVar("R")

# Without greenlet there is no `AsyncSession`, and nothing to keep free.
_MAY_BE_AWAITED = find_spec("greenlet") is not None


def blocking(fn: Callable[P, R], *args: P.args, **kw: P.kwargs) -> R:
    """Return what `fn` returns; under `AsyncSession.run_sync` other requests go on meanwhile."""
    if _MAY_BE_AWAITED and in_greenlet():
        return await_only(asyncio.to_thread(fn, *args, **kw))
    return fn(*args, **kw)
