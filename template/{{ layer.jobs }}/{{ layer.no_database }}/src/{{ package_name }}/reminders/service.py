"""The use cases of reminders."""

from ..auth import User
from ..kit.db import Store
from .jobs import send_reminder
from .schemas import ReminderIn, ReminderOut


def create(store: Store, data: ReminderIn, *, actor: User) -> ReminderOut:
    """Send a reminder later."""
    job_id = send_reminder.defer(store, actor.id, data.text, delay=data.delay_seconds)
    return ReminderOut(job_id=job_id)
