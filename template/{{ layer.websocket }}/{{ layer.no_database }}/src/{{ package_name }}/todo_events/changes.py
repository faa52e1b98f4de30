"""Reports changes of todos in the store of this process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from ..kit.db.store import STORE
from ..todos.models import Todo
from ..todos.schemas import TodoOut


@contextmanager
def listening(publish: Callable[[UUID, str, TodoOut], None]) -> Iterator[None]:
    """Call `publish` with the owner, `created`, `changed` or `deleted`, and the todo."""

    def report(before: object, after: object) -> None:
        todo = after or before
        if isinstance(todo, Todo):
            name = "created" if before is None else "deleted" if after is None else "changed"
            publish(todo.owner_id, name, TodoOut.model_validate(todo))

    STORE.listeners.append(report)
    try:
        yield
    finally:
        STORE.listeners.remove(report)
