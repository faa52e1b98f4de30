"""Reports committed changes of todos, whoever makes them in this process.

Statements such as `update(Todo)` are not reported: they load no objects.
https://docs.sqlalchemy.org/en/21/orm/session_events.html
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from ..todos.models import Todo
from ..todos.schemas import TodoOut


@contextmanager
def listening(publish: Callable[[UUID, str, TodoOut], None]) -> Iterator[None]:
    """Call `publish` with the owner, `created`, `changed` or `deleted`, and the todo."""
    key = object()  # Tests listen for several applications in one process.

    def collect(session: Session, _: object) -> None:
        changed = [each for each in session.dirty if session.is_modified(each)]
        for name, objects in (
            ("created", session.new),
            ("changed", changed),
            ("deleted", session.deleted),
        ):
            session.info.setdefault(key, []).extend(
                (todo.owner_id, name, TodoOut.model_validate(todo))
                for todo in objects
                if isinstance(todo, Todo)
            )

    def commit(session: Session) -> None:
        for change in session.info.pop(key, ()):
            publish(*change)

    def forget(session: Session) -> None:
        session.info.pop(key, None)

    listeners: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("after_flush", collect),
        ("after_commit", commit),
        ("after_rollback", forget),
    )
    with ExitStack() as stack:
        for name, listener in listeners:
            event.listen(Session, name, listener)
            stack.callback(event.remove, Session, name, listener)
        yield
