"""The upkeep of accounts."""

from sqlalchemy.orm import Session

from ..kit import jobs
from . import service


@jobs.task(cron="17 3 * * *", timeout=60)
def prune(session: Session) -> None:
    """Delete sessions and refresh tokens that ended more than a day ago."""
    service.prune(session)
