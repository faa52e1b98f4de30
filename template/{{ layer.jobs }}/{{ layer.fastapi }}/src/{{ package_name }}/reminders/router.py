"""Endpoints for FastAPI."""

from fastapi import APIRouter

from ..auth.fastapi import CurrentUser
from ..kit.fastapi import Database
from ..kit.problems import problems
from . import service
from .schemas import ReminderIn, ReminderOut

router = APIRouter(prefix="/api/v1/reminders", tags=["reminders"])


@router.post("", status_code=202, responses=problems(400, 415, 422))
async def create(data: ReminderIn, db: Database, user: CurrentUser) -> ReminderOut:
    return await db.run(service.create, data, actor=user)
