"""The use cases of statistics, which are kept in the cache for a minute."""

from collections.abc import Awaitable, Callable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ..auth import User
from ..kit.cache import Cache
from ..todos.models import Todo
from .schemas import StatsOut

SECONDS = 60


def read(
    cache: Cache, count: Callable[[], StatsOut | Awaitable[StatsOut]], *, actor: User
) -> StatsOut:
    """Return the statistics of the last minute."""
    return cache.get_or_set(_key(actor), SECONDS, StatsOut, count)


def forget(cache: Cache, *, actor: User) -> None:
    """Let the next request count again. Call it after the commit."""
    cache.forget(_key(actor))


def count(session: Session, *, actor: User) -> StatsOut:
    columns = func.count(), func.count(Todo.done_at)
    total, done = session.execute(select(*columns).where(Todo.owner_id == actor.id)).one()
    return StatsOut(open=total - done, done=done)


def delete_done(session: Session, *, actor: User) -> None:
    session.execute(delete(Todo).where(Todo.owner_id == actor.id, Todo.done_at.is_not(None)))


def _key(actor: User) -> str:
    """Return the key of a user's own statistics."""
    return f"stats:{actor.id}"
