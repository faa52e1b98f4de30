"""Liveness and readiness probes."""

from ..health import Status, check_not_draining
from .dependencies import Database
from .routing.router import APIRouter

router = APIRouter(tags=["health"], include_in_schema=False)


@router.get("/livez")
def livez() -> Status:
    """Respond while the process is alive. It checks no dependency: a restart would not help."""
    return Status()


@router.get("/readyz")
def readyz(db: Database) -> Status:
    """Respond with 503 unless requests can be served."""
    check_not_draining()
    db.check()
    return Status()
