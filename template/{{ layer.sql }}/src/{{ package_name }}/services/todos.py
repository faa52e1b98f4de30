"""What can be done with todos. Each belongs to whom created it; nobody else learns that it exists."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Integer, bindparam, select, tuple_
from sqlalchemy.orm import Session

from ..core.errors import NotFound
from ..core.identity import User
from ..core.pagination import Cursor
from ..core.todos import Todo
from ..schemas.pagination import Page, PageQuery
from ..schemas.todos import TodoIn, TodoOut, TodoPatch
from ..storage.todos import todos

# Made once, since that takes as long as the answer of a database that is near. Rows, not objects
# that a session keeps an eye on: nothing changes them.
_SORTED = (todos.c.created_at, todos.c.id)
_MINE = (
    select(todos)
    .where(todos.c.owner_id == bindparam("owner_id"))  # guard: listing-owner
    .order_by(*_SORTED)
    .limit(bindparam("most", type_=Integer))
)


def browse(session: Session, query: PageQuery, *, by: User) -> Page[TodoOut]:
    """Return one page, oldest first, of those that belong to the caller."""
    statement = _MINE
    if query.cursor is not None:
        last = Cursor.decode(query.cursor)
        statement = statement.where(tuple_(*_SORTED) > tuple_(last.created_at, last.id))
    found = session.execute(statement, {"owner_id": by.id, "most": query.limit + 1}).all()
    shown = found[: query.limit]
    more = len(found) > query.limit
    return Page(
        items=[TodoOut.model_validate(todo) for todo in shown],
        next_cursor=Cursor(shown[-1].created_at, shown[-1].id).encode() if more else None,
    )


def create(session: Session, wanted: TodoIn, *, by: User) -> TodoOut:
    todo = Todo.new(by.id, wanted.title, wanted.notes, at=datetime.now(UTC))
    session.add(todo)
    return TodoOut.model_validate(todo)


def read(session: Session, todo_id: UUID, *, by: User) -> TodoOut:
    return TodoOut.model_validate(_find(session, todo_id, by))


def update(session: Session, todo_id: UUID, wanted: TodoPatch, *, by: User) -> TodoOut:
    todo = _find(session, todo_id, by, lock=True)
    for name, value in wanted.model_dump(exclude_unset=True).items():
        setattr(todo, name, value)
    return TodoOut.model_validate(todo)


def complete(session: Session, todo_id: UUID, *, by: User) -> TodoOut:
    todo = _find(session, todo_id, by, lock=True)
    todo.complete(at=datetime.now(UTC))
    return TodoOut.model_validate(todo)


def delete(session: Session, todo_id: UUID, *, by: User) -> None:
    session.delete(_find(session, todo_id, by, lock=True))


def _find(session: Session, todo_id: UUID, by: User, *, lock: bool = False) -> Todo:
    """Return a todo. With `lock`, what is read stays so until it is written."""
    todo = session.get(Todo, todo_id, with_for_update=True if lock else None)
    if todo is None or todo.owner_id != by.id:  # guard: ownership
        raise NotFound("There is no todo with this id.")
    return todo
