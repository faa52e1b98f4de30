"""Endpoints for FastAPI."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from ..auth.fastapi import CurrentUser
from ..kit.fastapi import Database
from ..kit.pagination import Page, PageQuery
from ..kit.problems import problems
from . import service
from .schemas import TodoIn, TodoOut, TodoPatch

router = APIRouter(prefix="/api/v1/todos", tags=["todos"])


@router.get("", responses=problems(422))
async def list_page(
    query: Annotated[PageQuery, Query()], db: Database, user: CurrentUser
) -> Page[TodoOut]:
    """List todos, oldest first."""
    return await db.read(service.list_page, query, actor=user)


@router.post("", status_code=201, responses=problems(400, 415, 422))
async def create(data: TodoIn, db: Database, user: CurrentUser, response: Response) -> TodoOut:
    todo = await db.run(service.create, data, actor=user)
    # Relative to the request (RFC 9110, 10.2.2), so it is right under any prefix.
    response.headers["Location"] = f"todos/{todo.id}"
    return todo


@router.get("/{todo_id}", responses=problems(404, 422))
async def read(todo_id: UUID, db: Database, user: CurrentUser) -> TodoOut:
    return await db.read(service.read, todo_id, actor=user)


@router.patch("/{todo_id}", responses=problems(400, 404, 415, 422))
async def update(todo_id: UUID, data: TodoPatch, db: Database, user: CurrentUser) -> TodoOut:
    return await db.run(service.update, todo_id, data, actor=user)


@router.post("/{todo_id}/complete", responses=problems(404, 409, 422))
async def complete(todo_id: UUID, db: Database, user: CurrentUser) -> TodoOut:
    """Mark a todo as done."""
    return await db.run(service.complete, todo_id, actor=user)


@router.delete("/{todo_id}", status_code=204, responses=problems(404, 422))
async def delete(todo_id: UUID, db: Database, user: CurrentUser) -> None:
    await db.run(service.delete, todo_id, actor=user)
