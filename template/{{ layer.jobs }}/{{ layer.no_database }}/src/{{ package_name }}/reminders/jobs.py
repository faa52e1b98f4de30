"""The jobs of reminders."""

from uuid import UUID

import structlog

from ..kit import jobs
from ..kit.db import Store

log = structlog.stdlib.get_logger(__name__)


@jobs.task(retry=10, timeout=60)
def send_reminder(_: Store, owner_id: UUID, text: str) -> None:
    """Send a reminder: here, to the log."""
    # A mail service gets `jobs.current_job().id`, so that it sends a second attempt once.
    log.info("reminder sent", owner_id=str(owner_id), text=text)
