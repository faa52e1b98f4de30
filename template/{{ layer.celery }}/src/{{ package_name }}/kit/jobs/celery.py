"""Jobs in Redis, by Celery: https://docs.celeryq.dev

A job is published after the commit, and acknowledged at its end. Celery neither counts the attempts
of a job that kills its process, nor keeps dead jobs, and it runs a delayed job twice if the delay
exceeds the visibility timeout: so these are kept here, in keys that begin with `jobs:`.
"""

import logging
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import cache
from threading import Thread
from time import monotonic, sleep, time
from typing import Any, Final
from uuid import uuid4

import structlog
from celery import Celery  # type: ignore[import-untyped]
from celery.exceptions import Reject  # type: ignore[import-untyped]
from celery.schedules import crontab  # type: ignore[import-untyped]
from celery.signals import worker_ready  # type: ignore[import-untyped]
from kombu.exceptions import OperationalError
from pydantic_core import from_json, to_json
from redis import Redis, RedisError
from redis.exceptions import LockError

from ..errors import Unavailable
from . import embedded
from .job import TASKS, GiveUp, Job, TryAgain, run_job
from .probe import Alive, Counts
from .settings import JobsSettings
from .transactions import after_commit, open_transactions

log = structlog.stdlib.get_logger(__name__)

_QUEUE: Final = "jobs"
_RUN: Final = "jobs.run"
# Seconds between the exception of a timeout and the end of a process that does not heed it.
_GRACE: Final = 5
_MOVER_SECONDS: Final = 0.2
_app = Celery(set_as_current=False)


def configure(settings: JobsSettings) -> None:
    """Prepare a process that adds jobs."""
    if not settings.redis_url:
        embedded.announce()
    _app.conf.update(
        broker_url=settings.redis_url,
        broker_transport_options={
            "visibility_timeout": settings.jobs_visibility_seconds,
            "socket_connect_timeout": 2,
        },
        task_default_queue=_QUEUE,
        task_ignore_result=True,
        task_acks_late=True,
        task_acks_on_failure_or_timeout=False,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_soft_shutdown_timeout=settings.jobs_stop_seconds,
        worker_enable_soft_shutdown_on_idle=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        broker_connection_retry_on_startup=True,
        enable_utc=True,
    )


def defer(session: Any, job: Job, delay: float) -> str:
    """Add a job after the commit of `session`, and return its ID."""
    if not _app.conf.broker_url:
        return embedded.defer(session, job, delay)
    job = replace(job, id=str(uuid4()))
    after_commit(session, job.name, lambda: _add(job, delay))
    return job.id


def counts(settings: JobsSettings) -> Counts:
    redis, now = _redis(settings.redis_url), time()
    ages = [now - float(due) for due in redis.hvals("jobs:waiting")]
    waiting = [age for age in ages if age >= 0]
    running, dead = redis.hlen("jobs:running"), redis.hlen("jobs:dead")
    return Counts(len(waiting), running, dead, max(waiting, default=0.0))


def list_dead(settings: JobsSettings) -> list[Any]:
    """Return ID, task, attempts and time of the last attempt."""
    dead = [from_json(each) for each in _redis(settings.redis_url).hvals("jobs:dead")]
    return [(each["id"], each["name"], each["attempt"], each["at"]) for each in dead]


def retry(settings: JobsSettings, job_id: str) -> bool:
    configure(settings)
    redis = _redis(settings.redis_url)
    if not (dead := redis.hget("jobs:dead", job_id)):
        return False
    values = from_json(dead)
    _add(Job(values["id"], values["name"], values["arguments"], values["headers"]), 0)
    return bool(redis.hdel("jobs:dead", job_id))


def cancel(settings: JobsSettings, job_id: str) -> bool:
    """Delete a dead or a delayed job. Celery itself cannot delete one that is due."""
    redis = _redis(settings.redis_url)
    for body in redis.zrange("jobs:delayed", 0, -1):
        if from_json(body)["id"] == job_id and redis.zrem("jobs:delayed", body):
            return bool(redis.hdel("jobs:waiting", job_id))
    return bool(redis.hdel("jobs:dead", job_id))


def work(settings: JobsSettings, *, once: bool) -> None:
    """Run jobs until SIGTERM, or with `once` until none is due."""
    if not settings.redis_url:
        raise Unavailable("Without REDIS_URL, jobs run in the process that adds them.")
    longest = max((task.timeout for task in TASKS.values()), default=0) + _GRACE
    if longest >= settings.jobs_visibility_seconds:
        raise Unavailable(f"JOBS_VISIBILITY_SECONDS must exceed {longest:.0f}, the longest task.")
    configure(settings)
    transactions = cache(lambda: open_transactions(settings, 1))  # In each process, after the fork.

    def run(body: str) -> None:
        try:
            _run(
                _redis(settings.redis_url),
                body,
                lambda *args, **kwargs: transactions()[0](*args, **kwargs),
            )
        except Exception as error:  # Celery would take the job off the queue.
            log.warning("job interrupted", exc_info=error)
            raise Reject(requeue=True) from error

    _app.task(name=_RUN)(run)
    _app.finalize()
    logging.getLogger("celery").setLevel(logging.WARNING)
    if once:
        _move(settings)
        _drain(run)
        return transactions()[1]()
    # Celery's warm shutdown waits without a limit, its soft one for `worker_soft_shutdown_timeout`.
    worker_ready.connect(
        lambda **_: signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGQUIT)),
        weak=False,
    )
    Thread(target=_keep_moving, args=(settings,), name="mover", daemon=True).start()
    log.info("worker started", tasks=sorted(TASKS))
    worker = _app.Worker(concurrency=settings.jobs_concurrency, pool="prefork", loglevel="WARNING",
                         without_gossip=True, without_mingle=True, quiet=True)  # fmt: skip
    worker.start()
    log.info("worker stopped")
    return None


@cache
def _redis(url: str) -> Any:
    return Redis.from_url(url, decode_responses=True, socket_connect_timeout=2, socket_timeout=5)


def _add(job: Job, delay: float) -> None:
    redis, body = _redis(_app.conf.broker_url), to_json(asdict(job)).decode()
    try:
        redis.hset("jobs:waiting", job.id, time() + delay)
        if delay:
            redis.zadd("jobs:delayed", {body: time() + delay})
        else:
            _publish(body)
    except (RedisError, OperationalError) as error:
        raise Unavailable("The queue does not respond.") from error


def _publish(body: str) -> None:
    values = from_json(body)
    task = TASKS.get(values["name"])
    limit = task.timeout if task else _GRACE
    _app.send_task(
        _RUN,
        [body],
        task_id=values["id"],
        soft_time_limit=limit,
        time_limit=limit + _GRACE,
        retry=False,
    )


def _run(redis: Any, body: str, transaction: Callable[..., object]) -> None:
    values = from_json(body)
    job_id = values["id"]
    # Counted before the attempt, which may end this process.
    values["attempt"] = redis.hincrby("jobs:attempts", job_id, 1)
    redis.hdel("jobs:waiting", job_id)
    redis.hset("jobs:running", job_id, time())
    with redis.pipeline() as after:
        after.hdel("jobs:running", job_id)
        try:
            run_job(Job(**values), transaction)
            after.hdel("jobs:attempts", job_id)
        except TryAgain as error:
            after.hset("jobs:waiting", job_id, time() + error.seconds)
            after.zadd("jobs:delayed", {body: time() + error.seconds})
        except GiveUp:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            after.hset("jobs:dead", job_id, to_json({**values, "at": at}).decode())
            after.hdel("jobs:attempts", job_id)
        after.execute()


def _drain(run: Callable[[str], None]) -> None:
    """Run what is due in this process."""
    with _app.connection_for_read() as connection:
        queue = connection.SimpleQueue(_QUEUE)
        while True:
            try:
                message = queue.get_nowait()
            except queue.Empty:
                return
            run(message.payload[0][0])
            message.ack()


def _keep_moving(settings: JobsSettings) -> None:
    while True:
        try:
            _move(settings)
        except (RedisError, OperationalError) as error:
            log.warning("queue unavailable", reason=type(error).__name__)
            sleep(1)
        Alive.at = monotonic()
        sleep(_MOVER_SECONDS)


def _move(settings: JobsSettings) -> None:
    """Publish the jobs that have become due; one worker does so at a time."""
    redis = _redis(settings.redis_url)
    lock = redis.lock("jobs:mover", timeout=30)
    if not lock.acquire(blocking=False):
        return
    try:
        for body in redis.zrangebyscore("jobs:delayed", 0, time(), start=0, num=100):
            _publish(body)
            redis.zrem("jobs:delayed", body)
        now = datetime.now(UTC)
        for task in TASKS.values():
            tick = f"jobs:tick:{task.name}:{now:%Y%m%d%H%M}"
            if task.cron and _is_due(task.cron, now) and redis.set(tick, 1, nx=True, ex=3600):
                _add(Job(str(uuid4()), task.name, {}, {}), 0)
    finally:
        with suppress(LockError):  # It took too long.
            lock.release()


def _is_due(cron: str, now: datetime) -> bool:
    schedule = crontab.from_string(cron)
    return (
        now.minute in schedule.minute
        and now.hour in schedule.hour
        and now.day in schedule.day_of_month
        and now.month in schedule.month_of_year
        and now.isoweekday() % 7 in schedule.day_of_week
    )
