"""Greenlets of SQLAlchemy, in which sessions work, and whether a session is in use.

https://docs.sqlalchemy.org/en/21/orm/session_events.html
"""

from contextvars import ContextVar

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.util import await_only, greenlet_spawn

__all__ = ["await_only", "greenlet_spawn", "in_transaction"]

_open: ContextVar[int] = ContextVar("open_transactions", default=0)


def in_transaction() -> bool:
    """Whether the caller holds a session, and with it a connection of the pool."""
    return _open.get() > 0


@event.listens_for(Session, "after_transaction_create")
def _begin(_: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        _open.set(_open.get() + 1)


@event.listens_for(Session, "after_transaction_end")
def _end(_: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        _open.set(_open.get() - 1)
