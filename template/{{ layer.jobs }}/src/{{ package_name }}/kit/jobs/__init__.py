"""Background jobs: a function declared in a feature's `jobs.py`, which a worker calls later.

    @jobs.task(retry=10, timeout=60)
    def send_reminder(session: Session, todo_id: UUID) -> None: ...

    send_reminder.defer(session, todo.id, delay=3600)    # in a service

The job belongs to the transaction of `session`: nothing runs for work that was rolled back. It may
run twice, after a crash: `current_job().id` stays the same, so use it as an idempotency key. A task
with `cron` ("*/5 * * * *", UTC) runs on this schedule, once for all workers.
"""

from .job import GiveUp, Job, current_job
from .task import Task, task

__all__ = ["GiveUp", "Job", "Task", "current_job", "task"]
