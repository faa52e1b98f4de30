"""Whether the process is alive, and whether requests should be sent to it."""

from fastapi import APIRouter

from ..schemas.health import Status
from ..services import draining, health
from .dependencies import Database

router = APIRouter(tags=["health"], include_in_schema=False)


@router.get("/livez")
async def livez() -> Status:
    """Say that the process is alive. Asks nothing else: a restart mends nothing elsewhere."""
    return Status()


@router.get("/readyz")
async def readyz(db: Database) -> Status:
    """Say that requests can be served, or answer 503."""
    draining.check()
    await db.probe(health.check)
    return Status()
