"""How jobs use the database: transactions of their own, and what happens after a commit."""

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from ..db import run_in_thread
from ..db.engine import open_engine
from ..db.sessions import Sessions
from ..db.settings import DatabaseSettings

log = structlog.stdlib.get_logger(__name__)
_KEY = "after_commit"


Transaction = Callable[..., object]


def open_transactions(
    settings: DatabaseSettings, pool_size: int
) -> tuple[Transaction, Callable[[], None]]:
    """Return what calls a function with a session, in a transaction, and what closes the pool."""
    engine = open_engine(settings.database_url, pool_size)
    return Sessions(engine).run, engine.dispose


def transaction_of(session: Session) -> Transaction:
    """Return the same for the database of `session`, on a connection for each call."""
    url = session.get_bind().engine.url.render_as_string(hide_password=False)

    def run(function: Callable[..., object], **arguments: Any) -> object:
        engine = open_engine(url)
        try:
            return Sessions(engine).run(function, **arguments)
        finally:
            engine.dispose()

    return run


def after_commit(session: Session, name: str, action: Callable[[], object]) -> None:
    """Call `action` after the commit of `session`; never if it is rolled back, or its savepoint.

    The work is committed by then, so a failure is only logged.
    """
    pending = session.info.setdefault(_KEY, [])
    pending.append((session.get_nested_transaction(), name, action))


@event.listens_for(Session, "after_commit")
def _act(session: Session) -> None:
    if not (pending := session.info.pop(_KEY, None)):
        return
    if savepoint := session.get_nested_transaction():
        kept = [(savepoint.parent if at is savepoint else at, *rest) for at, *rest in pending]
        session.info[_KEY] = kept
        return
    for _, name, action in pending:
        try:
            run_in_thread(action)
        except Exception as error:
            log.error("job is lost", job=name, exc_info=error)


@event.listens_for(Session, "after_soft_rollback")
def _drop(session: Session, ended: SessionTransaction) -> None:
    if pending := session.info.pop(_KEY, None):
        inside = ended if ended.nested else None
        session.info[_KEY] = [each for each in pending if inside and each[0] is not inside]
