"""Todos over HTTP."""

from typing import Annotated
from uuid import UUID

from ..schemas.errors import problems
from ..schemas.pagination import Page, PageQuery
from ..schemas.todos import TodoIn, TodoOut, TodoPatch
from ..services import todos
from .dependencies import Database
from .identity import User
from .routing import APIRouter, Query, Response

router = APIRouter(prefix="/api/v1/todos", tags=["todos"])


@router.get("", responses=problems(422))
def browse(query: Annotated[PageQuery, Query()], db: Database, user: User) -> Page[TodoOut]:
    """List todos, oldest first."""
    return db.read(todos.browse, query, by=user)


@router.post("", status_code=201, responses=problems(400, 415, 422))
def create(todo: TodoIn, db: Database, user: User, response: Response) -> TodoOut:
    created = db.run(todos.create, todo, by=user)
    # Relative to the request (RFC 9110, 10.2.2), so that it holds under any prefix.
    response.headers["Location"] = f"todos/{created.id}"
    return created


@router.get("/{todo_id}", responses=problems(404, 422))
def read(todo_id: UUID, db: Database, user: User) -> TodoOut:
    return db.read(todos.read, todo_id, by=user)


@router.patch("/{todo_id}", responses=problems(400, 404, 415, 422))
def update(todo_id: UUID, patch: TodoPatch, db: Database, user: User) -> TodoOut:
    return db.run(todos.update, todo_id, patch, by=user)


@router.post("/{todo_id}/complete", responses=problems(404, 409, 422))
def complete(todo_id: UUID, db: Database, user: User) -> TodoOut:
    """Mark a todo as done; what is done stays done."""
    return db.run(todos.complete, todo_id, by=user)


@router.delete("/{todo_id}", status_code=204, responses=problems(404, 422))
def delete(todo_id: UUID, db: Database, user: User) -> None:
    db.run(todos.delete, todo_id, by=user)
