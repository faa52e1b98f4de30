"""The use cases of todos. A user sees and changes only their own."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from ..auth import User
from ..kit.db import Store
from ..kit.errors import NotFound
from ..kit.pagination import Cursor, Page, PageQuery
from .models import Todo
from .schemas import TodoIn, TodoOut, TodoPatch


def list_page(store: Store, query: PageQuery, *, actor: User) -> Page[TodoOut]:
    """Return one page, oldest first."""
    own = [
        todo
        for todo in store.table(Todo).values()
        if todo.owner_id == actor.id  # guard: listing-owner
    ]
    todos = sorted(own, key=_sort_key)
    if query.cursor is not None:
        last = Cursor.decode(query.cursor)
        todos = [todo for todo in todos if _sort_key(todo) > (last.created_at, last.id)]
    page = todos[: query.limit]
    has_more = len(todos) > query.limit
    return Page(
        items=[TodoOut.model_validate(todo) for todo in page],
        next_cursor=Cursor(*_sort_key(page[-1])).encode() if has_more else None,
    )


def create(store: Store, data: TodoIn, *, actor: User) -> TodoOut:
    return _save(store, Todo(owner_id=actor.id, title=data.title, notes=data.notes))


def read(store: Store, todo_id: UUID, *, actor: User) -> TodoOut:
    return TodoOut.model_validate(_get(store, todo_id, actor))


def update(store: Store, todo_id: UUID, data: TodoPatch, *, actor: User) -> TodoOut:
    todo = _get(store, todo_id, actor)
    return _save(store, replace(todo, **data.model_dump(exclude_unset=True)))


def complete(store: Store, todo_id: UUID, *, actor: User) -> TodoOut:
    todo = _get(store, todo_id, actor)
    todo.complete()
    return _save(store, todo)


def delete(store: Store, todo_id: UUID, *, actor: User) -> None:
    del store.table(Todo)[_get(store, todo_id, actor).id]


def _sort_key(todo: Todo) -> tuple[datetime, UUID]:
    return todo.created_at, todo.id


def _get(store: Store, todo_id: UUID, actor: User) -> Todo:
    """Return a copy of a todo of `actor`."""
    todo = store.table(Todo).get(todo_id)
    if todo is None or todo.owner_id != actor.id:  # guard: ownership
        raise NotFound("There is no todo with this ID.")
    return replace(todo)


def _save(store: Store, todo: Todo) -> TodoOut:
    store.table(Todo)[todo.id] = todo
    return TodoOut.model_validate(todo)
