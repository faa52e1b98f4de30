"""Runs use cases on ordinary connections: the thread waits while the database works."""

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from threading import Lock, Thread
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session, sessionmaker

from .engines import PATIENCE, available, open_engine, unanswered
from .settings import StorageSettings

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """A pool of connections, and the one way to use it."""

    def __init__(self, settings: StorageSettings) -> None:
        self._engine = open_engine(settings.database_url, settings.pool_size)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._probing: Future[None] | None = None
        self._lock = Lock()

    def run(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns, after its transaction is committed.

        If it raises, nothing of what it did is kept.
        """
        with available(), self._sessions.begin() as session:
            return service(session, *args, **kwargs)

    def probe(self, service: Callable[[Session], None]) -> None:
        """Do as `run` does; raise `Unavailable` where that takes longer than a watcher waits.

        Who asks meanwhile waits for the same answer: a server that stands still has one connection
        less, however often that is found out.
        """
        with self._lock:
            if self._probing is None or self._probing.done():
                context = copy_context()  # So that what is logged there has the request's id.
                self._probing = _started(lambda: context.run(self.run, service))
            probing = self._probing
        try:
            probing.result(PATIENCE)
        except TimeoutError:
            raise unanswered() from None

    def close(self) -> None:
        self._engine.dispose()


def _started(work: Callable[[], R]) -> "Future[R]":
    """Call it in a thread of its own, which may be left behind."""
    future: Future[R] = Future()

    def call() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 (whoever asked gets it)
            future.set_exception(error)

    Thread(target=call, name="probe", daemon=True).start()
    return future
