"""Endpoints for Flask."""

from ..auth.flask import CurrentUser
from ..kit.flask import APIRouter, Database
from ..kit.flask.cache import Cache
from . import service
from .schemas import StatsOut

router = APIRouter(prefix="/api/v1/stats", tags=["stats"])


@router.get("")
def read(cache: Cache, db: Database, user: CurrentUser) -> StatsOut:
    """Count the todos of the user. The numbers may be a minute old."""
    return service.read(cache, lambda: db.read(service.count, actor=user), actor=user)


@router.delete("/done", status_code=204)
def delete_done(cache: Cache, db: Database, user: CurrentUser) -> None:
    """Delete the todos that are done."""
    db.run(service.delete_done, actor=user)
    service.forget(cache, actor=user)
