"""Endpoints for FastAPI."""

from fastapi import APIRouter

from ..auth.fastapi import CurrentUser
from ..kit.bridge import run
from ..kit.fastapi import Database
from ..kit.fastapi.cache import Cache
from . import service
from .schemas import StatsOut

router = APIRouter(prefix="/api/v1/stats", tags=["stats"])


@router.get("")
async def read(cache: Cache, db: Database, user: CurrentUser) -> StatsOut:
    """Count the todos of the user. The numbers may be a minute old."""
    return await run(service.read, cache, lambda: db.read(service.count, actor=user), actor=user)


@router.delete("/done", status_code=204)
async def delete_done(cache: Cache, db: Database, user: CurrentUser) -> None:
    """Delete the todos that are done."""
    await db.run(service.delete_done, actor=user)
    await run(service.forget, cache, actor=user)
