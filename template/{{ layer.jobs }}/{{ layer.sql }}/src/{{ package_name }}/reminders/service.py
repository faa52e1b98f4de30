"""The use cases of reminders."""

from sqlalchemy.orm import Session

from ..auth import User
from .jobs import send_reminder
from .schemas import ReminderIn, ReminderOut


def create(session: Session, data: ReminderIn, *, actor: User) -> ReminderOut:
    """Send a reminder later."""
    job_id = send_reminder.defer(session, actor.id, data.text, delay=data.delay_seconds)
    return ReminderOut(job_id=job_id)
