"""Endpoints for Flask."""

from ..auth.flask import CurrentUser
from ..kit.flask import APIRouter, Database
from ..kit.problems import problems
from . import service
from .schemas import ReminderIn, ReminderOut

router = APIRouter(prefix="/api/v1/reminders", tags=["reminders"])


@router.post("", status_code=202, responses=problems(400, 415, 422))
def create(data: ReminderIn, db: Database, user: CurrentUser) -> ReminderOut:
    return db.run(service.create, data, actor=user)
