"""Endpoints for Flask."""

from typing import Annotated
from uuid import UUID

from ..auth.flask import CurrentUser
from ..kit.flask import APIRouter, Database, Query, Response
from ..kit.pagination import Page, PageQuery
from ..kit.problems import problems
from . import service
from .schemas import TodoIn, TodoOut, TodoPatch

router = APIRouter(prefix="/api/v1/todos", tags=["todos"])


@router.get("", responses=problems(422))
def list_page(
    query: Annotated[PageQuery, Query()], db: Database, user: CurrentUser
) -> Page[TodoOut]:
    """List todos, oldest first."""
    return db.read(service.list_page, query, actor=user)


@router.post("", status_code=201, responses=problems(400, 415, 422))
def create(data: TodoIn, db: Database, user: CurrentUser, response: Response) -> TodoOut:
    todo = db.run(service.create, data, actor=user)
    # Relative to the request (RFC 9110, 10.2.2), so it is right under any prefix.
    response.headers["Location"] = f"todos/{todo.id}"
    return todo


@router.get("/{todo_id}", responses=problems(404, 422))
def read(todo_id: UUID, db: Database, user: CurrentUser) -> TodoOut:
    return db.read(service.read, todo_id, actor=user)


@router.patch("/{todo_id}", responses=problems(400, 404, 415, 422))
def update(todo_id: UUID, data: TodoPatch, db: Database, user: CurrentUser) -> TodoOut:
    return db.run(service.update, todo_id, data, actor=user)


@router.post("/{todo_id}/complete", responses=problems(404, 409, 422))
def complete(todo_id: UUID, db: Database, user: CurrentUser) -> TodoOut:
    """Mark a todo as done."""
    return db.run(service.complete, todo_id, actor=user)


@router.delete("/{todo_id}", status_code=204, responses=problems(404, 422))
def delete(todo_id: UUID, db: Database, user: CurrentUser) -> None:
    db.run(service.delete, todo_id, actor=user)
