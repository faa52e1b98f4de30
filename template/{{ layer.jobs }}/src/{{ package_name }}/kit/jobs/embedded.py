"""Runs jobs in the process that adds them: for development, without a queue."""

from collections.abc import Callable
from dataclasses import replace
from threading import Timer
from typing import Any
from uuid import uuid4

import structlog

from .job import GiveUp, Job, TryAgain, run_job
from .transactions import after_commit, transaction_of

log = structlog.stdlib.get_logger(__name__)


def announce() -> None:
    log.warning("jobs run in this process and end with it; schedules need a worker")


def defer(session: Any, job: Job, delay: float) -> str:
    """Run `job` in a thread, after the commit."""
    job = replace(job, id=str(uuid4()))
    transaction = transaction_of(session)
    after_commit(session, job.name, lambda: _start(job, transaction, delay))
    return job.id


def _start(job: Job, transaction: Callable[..., object], delay: float) -> None:
    timer = Timer(delay, _run, (job, transaction))
    timer.daemon = True
    timer.start()


def _run(job: Job, transaction: Callable[..., object]) -> None:
    try:
        run_job(job, transaction)
    except TryAgain as error:
        _start(replace(job, attempt=job.attempt + 1), transaction, error.seconds)
    except GiveUp:
        pass  # It is in the log.
