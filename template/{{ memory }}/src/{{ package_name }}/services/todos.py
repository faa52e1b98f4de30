"""What can be done with todos."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from ..core.errors import NotFound
from ..core.pagination import Cursor
from ..core.todos import Todo
from ..schemas.pagination import Page, PageQuery
from ..schemas.todos import TodoIn, TodoOut, TodoPatch
from ..storage.memory import Store


def browse(store: Store, query: PageQuery) -> Page[TodoOut]:
    """Return one page, oldest first."""
    found = sorted(store.todos.values(), key=_position)
    if query.cursor is not None:
        last = Cursor.decode(query.cursor)
        found = [todo for todo in found if _position(todo) > (last.created_at, last.id)]
    shown = found[: query.limit]
    more = len(found) > query.limit
    return Page(
        items=[TodoOut.model_validate(todo) for todo in shown],
        next_cursor=Cursor(*_position(shown[-1])).encode() if more else None,
    )


def create(store: Store, wanted: TodoIn) -> TodoOut:
    return _keep(store, Todo.new(wanted.title, wanted.notes, at=datetime.now(UTC)))


def read(store: Store, todo_id: UUID) -> TodoOut:
    return TodoOut.model_validate(_find(store, todo_id))


def update(store: Store, todo_id: UUID, wanted: TodoPatch) -> TodoOut:
    return _keep(store, replace(_find(store, todo_id), **wanted.model_dump(exclude_unset=True)))


def complete(store: Store, todo_id: UUID) -> TodoOut:
    todo = _find(store, todo_id)
    todo.complete(at=datetime.now(UTC))
    return _keep(store, todo)


def delete(store: Store, todo_id: UUID) -> None:
    del store.todos[_find(store, todo_id).id]


def _position(todo: Todo) -> tuple[datetime, UUID]:
    return todo.created_at, todo.id


def _find(store: Store, todo_id: UUID) -> Todo:
    """Return a copy, to be changed and kept."""
    if todo_id not in store.todos:
        raise NotFound("There is no todo with this id.")
    return replace(store.todos[todo_id])


def _keep(store: Store, todo: Todo) -> TodoOut:
    store.todos[todo.id] = todo
    return TodoOut.model_validate(todo)
