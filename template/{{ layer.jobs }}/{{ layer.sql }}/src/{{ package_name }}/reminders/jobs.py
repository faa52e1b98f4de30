"""The jobs of reminders."""

from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from ..kit import jobs

log = structlog.stdlib.get_logger(__name__)


@jobs.task(retry=10, timeout=60)
def send_reminder(_: Session, owner_id: UUID, text: str) -> None:
    """Send a reminder: here, to the log."""
    # A mail service gets `jobs.current_job().id`, so that it sends a second attempt once.
    log.info("reminder sent", owner_id=str(owner_id), text=text)
