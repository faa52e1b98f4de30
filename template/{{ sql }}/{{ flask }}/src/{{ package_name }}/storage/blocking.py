"""Runs use cases on ordinary connections: the thread waits while the database works."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session, sessionmaker

from .engines import available, open_engine
from .settings import StorageSettings

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """A pool of connections, and the one way to use it."""

    def __init__(self, settings: StorageSettings) -> None:
        self._engine = open_engine(settings.database_url, settings.pool_size)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)

    def run(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns, after its transaction is committed.

        If it raises, nothing of what it did is kept.
        """
        with available(), self._sessions.begin() as session:
            return service(session, *args, **kwargs)

    def close(self) -> None:
        self._engine.dispose()
