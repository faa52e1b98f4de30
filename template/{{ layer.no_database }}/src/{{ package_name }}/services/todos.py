"""What can be done with todos. Each belongs to whom created it; nobody else learns that it exists."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from ..core.errors import NotFound
from ..core.identity import User
from ..core.pagination import Cursor
from ..core.todos import Todo
from ..schemas.pagination import Page, PageQuery
from ..schemas.todos import TodoIn, TodoOut, TodoPatch
from ..storage.memory import Store


def browse(store: Store, query: PageQuery, *, by: User) -> Page[TodoOut]:
    """Return one page, oldest first, of those that belong to the caller."""
    mine = [
        todo
        for todo in store.table(Todo).values()
        if todo.owner_id == by.id  # guard: listing-owner
    ]
    found = sorted(mine, key=_position)
    if query.cursor is not None:
        last = Cursor.decode(query.cursor)
        found = [todo for todo in found if _position(todo) > (last.created_at, last.id)]
    shown = found[: query.limit]
    more = len(found) > query.limit
    return Page(
        items=[TodoOut.model_validate(todo) for todo in shown],
        next_cursor=Cursor(*_position(shown[-1])).encode() if more else None,
    )


def create(store: Store, wanted: TodoIn, *, by: User) -> TodoOut:
    return _keep(store, Todo.new(by.id, wanted.title, wanted.notes, at=datetime.now(UTC)))


def read(store: Store, todo_id: UUID, *, by: User) -> TodoOut:
    return TodoOut.model_validate(_find(store, todo_id, by))


def update(store: Store, todo_id: UUID, wanted: TodoPatch, *, by: User) -> TodoOut:
    todo = _find(store, todo_id, by)
    return _keep(store, replace(todo, **wanted.model_dump(exclude_unset=True)))


def complete(store: Store, todo_id: UUID, *, by: User) -> TodoOut:
    todo = _find(store, todo_id, by)
    todo.complete(at=datetime.now(UTC))
    return _keep(store, todo)


def delete(store: Store, todo_id: UUID, *, by: User) -> None:
    del store.table(Todo)[_find(store, todo_id, by).id]


def _position(todo: Todo) -> tuple[datetime, UUID]:
    return todo.created_at, todo.id


def _find(store: Store, todo_id: UUID, by: User) -> Todo:
    """Return a copy, to be changed and kept."""
    todo = store.table(Todo).get(todo_id)
    if todo is None or todo.owner_id != by.id:  # guard: ownership
        raise NotFound("There is no todo with this id.")
    return replace(todo)


def _keep(store: Store, todo: Todo) -> TodoOut:
    store.table(Todo)[todo.id] = todo
    return TodoOut.model_validate(todo)
