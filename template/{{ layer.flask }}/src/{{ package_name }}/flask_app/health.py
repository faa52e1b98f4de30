"""Whether the process is alive, and whether requests should be sent to it."""

from ..schemas.health import Status
from ..services import draining, health
from .dependencies import Database
from .routing import APIRouter

router = APIRouter(tags=["health"], include_in_schema=False)


@router.get("/livez")
def livez() -> Status:
    """Say that the process is alive. Asks nothing else: a restart mends nothing elsewhere."""
    return Status()


@router.get("/readyz")
def readyz(db: Database) -> Status:
    """Say that requests can be served, or answer 503."""
    draining.check()
    db.probe(health.check)
    return Status()
