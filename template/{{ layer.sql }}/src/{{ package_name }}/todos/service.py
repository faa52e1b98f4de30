"""The use cases of todos. A user sees and changes only their own."""

from uuid import UUID

from sqlalchemy import Integer, bindparam, select, tuple_
from sqlalchemy.orm import Session

from ..auth import User
from ..kit.errors import NotFound
from ..kit.pagination import Cursor, Page, PageQuery
from .models import Todo
from .schemas import TodoIn, TodoOut, TodoPatch

# Built once: building it takes as long as a query of a nearby database. It selects rows, not objects
# that the session would track.
_ORDER = (Todo.created_at, Todo.id)
_OWN = (
    select(Todo.__table__)
    .where(Todo.owner_id == bindparam("owner_id"))  # guard: listing-owner
    .order_by(*_ORDER)
    .limit(bindparam("count", type_=Integer))
)


def list_page(session: Session, query: PageQuery, *, actor: User) -> Page[TodoOut]:
    """Return one page, oldest first."""
    statement = _OWN
    if query.cursor is not None:
        last = Cursor.decode(query.cursor)
        statement = statement.where(tuple_(*_ORDER) > tuple_(last.created_at, last.id))
    rows = session.execute(statement, {"owner_id": actor.id, "count": query.limit + 1}).all()
    page = rows[: query.limit]
    has_more = len(rows) > query.limit
    return Page(
        items=[TodoOut.model_validate(todo) for todo in page],
        next_cursor=Cursor(page[-1].created_at, page[-1].id).encode() if has_more else None,
    )


def create(session: Session, data: TodoIn, *, actor: User) -> TodoOut:
    todo = Todo(owner_id=actor.id, title=data.title, notes=data.notes)
    session.add(todo)
    return TodoOut.model_validate(todo)


def read(session: Session, todo_id: UUID, *, actor: User) -> TodoOut:
    return TodoOut.model_validate(_get(session, todo_id, actor))


def update(session: Session, todo_id: UUID, data: TodoPatch, *, actor: User) -> TodoOut:
    todo = _get(session, todo_id, actor, lock=True)
    for name, value in data.model_dump(exclude_unset=True).items():
        setattr(todo, name, value)
    return TodoOut.model_validate(todo)


def complete(session: Session, todo_id: UUID, *, actor: User) -> TodoOut:
    todo = _get(session, todo_id, actor, lock=True)
    todo.complete()
    return TodoOut.model_validate(todo)


def delete(session: Session, todo_id: UUID, *, actor: User) -> None:
    session.delete(_get(session, todo_id, actor, lock=True))


def _get(session: Session, todo_id: UUID, actor: User, *, lock: bool = False) -> Todo:
    """Return a todo of `actor`. With `lock`, no other transaction changes it until the commit."""
    todo = session.get(Todo, todo_id, with_for_update=True if lock else None)
    if todo is None or todo.owner_id != actor.id:  # guard: ownership
        raise NotFound("There is no todo with this ID.")
    return todo
