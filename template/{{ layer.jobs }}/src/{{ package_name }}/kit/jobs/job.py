"""One attempt of a job: its log lines, its trace, and what follows from a failure."""

import random
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import structlog
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pydantic import ValidationError

if TYPE_CHECKING:
    from .task import Task

log = structlog.stdlib.get_logger(__name__)
_tracer = trace.get_tracer(__name__)
_current: ContextVar["Job"] = ContextVar("job")
_MAX_PAUSE: Final = 3600.0

# By name; `task` adds to it.
TASKS: "dict[str, Task]" = {}


class GiveUp(Exception):
    """Raised by a task if another attempt would not help: the job is dead."""


class TryAgain(Exception):
    """The attempt failed; the next one is due in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True, eq=False)
class Job:
    """A call of a task. `attempt` counts from 1; `headers` are those of the request's trace."""

    id: str
    name: str
    arguments: dict[str, Any]
    headers: dict[str, str]
    attempt: int = 1


def current_job() -> Job:
    """Return the job that this code belongs to."""
    return _current.get()


def run_job(job: Job, transaction: Callable[..., object]) -> None:
    """Call the task of `job` by `transaction`; raise `TryAgain` or `GiveUp` if it fails."""
    _current.set(job)
    parent = TraceContextTextMapPropagator().extract(job.headers)
    started = perf_counter()
    with _tracer.start_as_current_span(f"job {job.name}", parent) as span:
        bound = {"job": job.name, "job_id": job.id, "attempt": job.attempt}
        if request_id := job.headers.get("x-request-id"):
            bound["request_id"] = request_id
        if (context := span.get_span_context()).is_valid:
            bound["trace_id"] = trace.format_trace_id(context.trace_id)
        with structlog.contextvars.bound_contextvars(**bound):
            try:
                _call(job, transaction)
            except Exception as error:
                raise _judge(job, error) from error
            log.info("job done", duration_ms=round(1000 * (perf_counter() - started), 1))


def pause(job: Job) -> float | None:
    """Return the seconds until the next attempt, which double each time; None if it was the last."""
    task = TASKS.get(job.name)
    if task is None or job.attempt > task.retry:
        return None
    longest: float = min(_MAX_PAUSE, task.backoff * 2 ** (job.attempt - 1))
    # Jobs that failed together do not come back together.
    return longest * random.uniform(0.5, 1)


def _call(job: Job, transaction: Callable[..., object]) -> None:
    task = TASKS.get(job.name)
    if task is None:
        raise GiveUp("This release has no such task.")
    if job.attempt > task.retry + 1:
        raise GiveUp("The worker ended in each attempt.")
    try:
        arguments = task.load(job.arguments)
    except ValidationError as error:
        fields = ", ".join(str(each["loc"][0]) for each in error.errors(include_url=False))
        raise GiveUp(f"The task of this release has other arguments: {fields}.") from None
    transaction(task.function, **arguments)


def _judge(job: Job, error: Exception) -> Exception:
    seconds = None if isinstance(error, GiveUp) else pause(job)
    if seconds is None:
        log.error("job is dead", exc_info=error)
        return GiveUp(type(error).__name__)
    log.warning("job failed", exc_info=error, next_attempt_seconds=round(seconds, 1))
    return TryAgain(seconds)
