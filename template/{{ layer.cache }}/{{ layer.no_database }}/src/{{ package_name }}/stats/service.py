"""The use cases of statistics, which are kept in the cache for a minute."""

from collections.abc import Awaitable, Callable

from ..auth import User
from ..kit.cache import Cache
from ..kit.db import Store
from ..todos.models import Todo
from .schemas import StatsOut

SECONDS = 60


def read(
    cache: Cache, count: Callable[[], StatsOut | Awaitable[StatsOut]], *, actor: User
) -> StatsOut:
    """Return the statistics of the last minute."""
    return cache.get_or_set(_key(actor), SECONDS, StatsOut, count)


def forget(cache: Cache, *, actor: User) -> None:
    """Let the next request count again. Call it after the change."""
    cache.forget(_key(actor))


def count(store: Store, *, actor: User) -> StatsOut:
    done = [todo.done_at is not None for todo in _own(store, actor)]
    return StatsOut(open=done.count(False), done=done.count(True))


def delete_done(store: Store, *, actor: User) -> None:
    for todo in _own(store, actor):
        if todo.done_at is not None:
            del store.table(Todo)[todo.id]


def _own(store: Store, actor: User) -> list[Todo]:
    return [todo for todo in store.table(Todo).values() if todo.owner_id == actor.id]


def _key(actor: User) -> str:
    """Return the key of a user's own statistics."""
    return f"stats:{actor.id}"
