"""Plain functions that wait, under FastAPI and Flask alike.

    await run(service.quote, rates, currencies)    in a router: the event loop goes on
    service.quote(rates, currencies)               in a view: its thread waits
    together([partial(...), partial(...)])         in a service: several calls at once

On an event loop, a service runs in a greenlet, as SQLAlchemy's `AsyncSession.run_sync` does.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextvars import copy_context
from threading import Semaphore
from typing import ParamSpec, TypeVar

from .greenlets import await_only, greenlet_spawn, in_transaction

__all__ = ["in_transaction", "on_event_loop", "pause", "run", "together", "wait"]

P = ParamSpec("P")
R = TypeVar("R")

# Threads of `together` per process: a container limits them.
_threads = Semaphore(64)


async def run(service: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a service on an event loop, which goes on while the service waits."""
    return await greenlet_spawn(lambda: service(*args, **kwargs))


def on_event_loop() -> bool:
    """Whether this code runs on an event loop, which it must not block."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def wait(awaitable: Awaitable[R]) -> R:
    """Return the result of `awaitable`, in a service that `run` or a database calls."""
    return await_only(awaitable)


def pause(seconds: float) -> None:
    if on_event_loop():
        wait(asyncio.sleep(seconds))
    else:
        time.sleep(seconds)


def together(calls: Sequence[Callable[[], R]], *, at_once: int = 20) -> list[R]:
    """Make the calls at the same time, `at_once` of them at most; return their results in order.

    The first error is raised, and calls that have not started never do. A call must not use a
    session of the caller: a session is for one call at a time.
    """
    return wait(_gather(calls, at_once)) if on_event_loop() else _in_threads(calls, at_once)


async def _gather(calls: Sequence[Callable[[], R]], at_once: int) -> list[R]:
    slots = asyncio.Semaphore(at_once)

    async def start(call: Callable[[], R]) -> R:
        async with slots:
            return await run(call)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(start(call)) for call in calls]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


def _in_threads(calls: Sequence[Callable[[], R]], at_once: int) -> list[R]:
    # A pool of its own: nested calls would wait forever for a thread of a shared pool.
    pool = ThreadPoolExecutor(at_once, "together")
    try:
        tasks = [_start(pool, call) for call in calls]
        for task in as_completed(tasks):
            task.result()
        return [task.result() for task in tasks]
    finally:
        # After an error, calls in progress end by their own timeouts.
        pool.shutdown(wait=False, cancel_futures=True)


def _start(pool: ThreadPoolExecutor, call: Callable[[], R]) -> "Future[R]":
    if _threads.acquire(blocking=False):
        task = pool.submit(copy_context().run, call)
        task.add_done_callback(lambda _: _threads.release())
    else:  # The thread of the caller is left.
        task = Future()
        task.set_result(call())
    return task
