"""Jobs in the project's own PostgreSQL, by Procrastinate: https://procrastinate.readthedocs.io

Its tables are in the schema `procrastinate`. It has no rescue of jobs whose worker was killed, no
timeout, and no end of a stop: they are here.
"""

import asyncio
import logging
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, Final

import procrastinate
import structlog
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.worker import Worker
from pydantic_core import to_json
from sqlalchemy import Row, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from ..db import commands as db
from ..db import postgresql
from ..db.engine import translate_errors
from ..errors import Unavailable
from . import embedded
from .job import TASKS, Job, TryAgain, pause, run_job
from .probe import Alive, Counts
from .settings import JobsSettings
from .transactions import open_transactions

log = structlog.stdlib.get_logger(__name__)

_DEFER: Final = text("""
    SELECT (procrastinate.procrastinate_defer_jobs_v1(ARRAY[ROW(
        'default', CAST(:name AS varchar), 0, NULL, NULL, CAST(:args AS jsonb),
        now() + make_interval(secs => CAST(:delay AS double precision))
    )]::procrastinate.procrastinate_job_to_defer_v1[]))[1]
""")
# One statement, so that of several workers one rescues a job.
_RESCUE: Final = text("""
    UPDATE procrastinate.procrastinate_jobs SET status = 'todo', attempts = attempts + 1
    WHERE status = 'doing' AND (worker_id IS NULL OR worker_id IN (
        SELECT id FROM procrastinate.procrastinate_workers
        WHERE last_heartbeat < now() - make_interval(secs => CAST(:lease AS double precision))
    )) RETURNING id, task_name
""")
_HAND_BACK: Final = text("""
    UPDATE procrastinate.procrastinate_jobs SET status = 'todo', worker_id = NULL
    WHERE status = 'doing' AND worker_id = :worker
""")
_TIME_OUT: Final = text("""
    UPDATE procrastinate.procrastinate_jobs
    SET status = CAST(:status AS procrastinate.procrastinate_job_status), attempts = attempts + 1,
        scheduled_at = now() + make_interval(secs => CAST(:pause AS double precision))
    WHERE status = 'doing' AND id = :id
""")
_COUNTS: Final = text("""
    SELECT count(*) FILTER (WHERE status = 'todo' AND due <= now()) AS waiting,
        count(*) FILTER (WHERE status = 'doing') AS running,
        count(*) FILTER (WHERE status = 'failed') AS dead,
        coalesce(extract(epoch FROM now() - min(due)
            FILTER (WHERE status = 'todo' AND due <= now())), 0)::float AS oldest_seconds
    FROM (SELECT status, coalesce(scheduled_at, now()) AS due
        FROM procrastinate.procrastinate_jobs WHERE status <> 'succeeded') AS jobs
""")
_LIST: Final = text("""
    SELECT id, task_name, attempts, (
        SELECT max(at) FROM procrastinate.procrastinate_events WHERE job_id = jobs.id)
    FROM procrastinate.procrastinate_jobs AS jobs WHERE status = 'failed' ORDER BY id
""")
_RETRY: Final = text("""
    UPDATE procrastinate.procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = now()
    WHERE status = 'failed' AND CAST(id AS varchar) = :id RETURNING id
""")
_CANCEL: Final = text("""
    DELETE FROM procrastinate.procrastinate_jobs
    WHERE status IN ('todo', 'failed') AND CAST(id AS varchar) = :id RETURNING id
""")
_UNKNOWN: Final = "unknown"


def configure(settings: JobsSettings) -> None:
    """Prepare a process that adds jobs."""
    if settings.database_url.startswith("sqlite"):
        embedded.announce()


def defer(session: Session, job: Job, delay: float) -> str:
    """Add a job in the transaction of `session`, and return its ID."""
    if session.get_bind().dialect.name == "sqlite":
        return embedded.defer(session, job, delay)
    args = to_json({"arguments": job.arguments, "headers": job.headers}).decode()
    values = {"name": job.name, "args": args, "delay": delay}
    return str(session.execute(_DEFER, values).scalar_one())


def counts(settings: JobsSettings) -> Counts:
    return Counts(**_execute(settings, _COUNTS)[0]._mapping)


def list_dead(settings: JobsSettings) -> list[Any]:
    """Return ID, task, attempts and time of the last attempt."""
    return _execute(settings, _LIST)


def retry(settings: JobsSettings, job_id: str) -> bool:
    return bool(_execute(settings, _RETRY, id=job_id))


def cancel(settings: JobsSettings, job_id: str) -> bool:
    return bool(_execute(settings, _CANCEL, id=job_id))


def _execute(settings: JobsSettings, statement: Any, **values: Any) -> list[Row[Any]]:
    with translate_errors(), db.connect(settings) as connection, connection.begin():
        return [*connection.execute(statement, values)]


def work(settings: JobsSettings, *, once: bool) -> None:
    """Run jobs until SIGTERM, or with `once` until none is due.

    Raises:
        Unavailable: The database is lost. The platform starts the process again.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        raise Unavailable("On SQLite, jobs run in the process that adds them: no worker is needed.")
    if postgresql.has_pooler(url):
        raise Unavailable("A worker needs a DATABASE_URL without PgBouncer.")
    log.info("worker started", tasks=sorted(TASKS))
    worker = _Worker(settings, once)
    asyncio.run(worker.run())
    worker.close()


class _Worker:
    """Procrastinate's worker, and what watches over it."""

    def __init__(self, settings: JobsSettings, once: bool) -> None:
        self._settings, self._once = settings, once
        self._transaction, self.close = open_transactions(settings, settings.jobs_concurrency + 1)
        # Each job that runs, with the time at which it must be done.
        self._running: dict[Job, float] = {}
        self._stop_at: float | None = None

    async def run(self) -> None:
        heartbeat = self._settings.jobs_heartbeat_seconds
        loop = asyncio.get_running_loop()
        # The threads of the jobs, and one for the statements of `_watch`.
        loop.set_default_executor(ThreadPoolExecutor(self._settings.jobs_concurrency + 1))
        try:
            async with self._open() as app:
                worker: Any = Worker(
                    app,
                    concurrency=self._settings.jobs_concurrency,
                    wait=not self._once,
                    fetch_job_polling_interval=heartbeat / 10,
                    update_heartbeat_interval=heartbeat,
                    stalled_worker_timeout=3 * heartbeat,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                )
                for number in (signal.SIGTERM, signal.SIGINT):
                    loop.add_signal_handler(number, self._stop, worker)
                tasks = [asyncio.create_task(each) for each in (worker.run(), self._watch(worker))]
                done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    each.result()
                if self._running or not (self._once or self._stop_at):
                    await self._hand_back(worker)
                for each in pending:
                    each.cancel()
        except Exception as error:
            log.error("worker failed", exc_info=error)
            os._exit(1)  # Threads that still work on a job are not waited for.
        log.info("worker stopped")

    def _open(self) -> Any:
        """Open a pool for Procrastinate's own statements."""
        url = make_url(self._settings.database_url)
        arguments = postgresql.options(url)["connect_args"]
        arguments["options"] += " -c search_path=procrastinate"
        conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        # It logs the arguments of jobs.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        connector = procrastinate.PsycopgConnector(
            conninfo=conninfo, kwargs=arguments, min_size=1, max_size=2
        )
        app = procrastinate.App(connector=connector)
        declare: Any = partial(app.task, pass_context=True, retry=_Retry())
        for task in TASKS.values():
            declared = declare(name=task.name)(self._run)
            if task.cron:
                app.periodic(cron=task.cron)(declared)
        declare(name=_UNKNOWN)(self._run)
        app.tasks = _Tasks(app.tasks)
        return app.open_async()

    def _run(self, context: JobContext, **values: Any) -> None:
        row = context.job
        arguments, headers = values.get("arguments", {}), values.get("headers", {})
        job = Job(str(row.id), row.task_name, arguments, headers, row.attempts + 1)
        task = TASKS.get(job.name)
        self._running[job] = monotonic() + (task.timeout if task else 0)
        try:
            run_job(job, self._transaction)
        finally:
            self._running.pop(job, None)

    async def _watch(self, worker: Worker) -> None:
        """Show that this worker is alive, and rescue the jobs of those that are not."""
        heartbeat = self._settings.jobs_heartbeat_seconds
        while worker.worker_id is None:
            await asyncio.sleep(0.01)
        while self._stop_at is None or monotonic() < self._stop_at:
            # During a stop, too, when Procrastinate's own heartbeat has ended.
            await worker.app.job_manager.update_heartbeat(worker.worker_id or 0)
            for row in await self._execute(_RESCUE, lease=3 * heartbeat):
                log.warning("job rescued", job=row.task_name, job_id=str(row.id))
            Alive.at = monotonic()
            until = monotonic() + heartbeat
            while monotonic() < until and (self._stop_at is None or monotonic() < self._stop_at):
                await asyncio.sleep(min(heartbeat, 0.5))
                for job in [job for job, end in self._running.items() if end < monotonic()]:
                    await self._time_out(worker, job)

    def _stop(self, worker: Any) -> None:
        self._stop_at = self._stop_at or monotonic() + self._settings.jobs_stop_seconds
        worker.stop()

    async def _time_out(self, worker: Worker, job: Job) -> None:
        """End this process: a thread cannot be ended."""
        seconds = pause(job)
        status = "failed" if seconds is None else "todo"
        log.error("job timed out", job=job.name, job_id=job.id, status=status)
        await self._execute(_TIME_OUT, id=int(job.id), status=status, pause=seconds or 0)
        await self._hand_back(worker, status=1)

    async def _hand_back(self, worker: Worker, status: int | None = None) -> None:
        """Let other workers start the jobs in progress again, and exit."""
        if status is None:
            status = 0 if self._stop_at else 1
        with suppress(Unavailable):
            await self._execute(_HAND_BACK, worker=worker.worker_id)
        log.warning("worker ended", jobs_handed_back=len(self._running))
        os._exit(status)

    async def _execute(self, statement: Any, **values: Any) -> list[Row[Any]]:
        def execute(session: Session) -> list[Row[Any]]:
            result: Any = session.execute(statement, values)
            return [*result] if result.returns_rows else []

        found: Any = await asyncio.to_thread(self._transaction, execute)
        return [*found]


class _Retry(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision | None:
        if not isinstance(exception, TryAgain):
            return None
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=exception.seconds))


class _Tasks(dict[str, Any]):
    """Has a task for each name, so that a job of another release fails by name."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, self[_UNKNOWN])
