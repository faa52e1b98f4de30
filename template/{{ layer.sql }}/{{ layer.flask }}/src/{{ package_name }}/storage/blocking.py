"""Runs use cases on ordinary connections: the thread waits while the database works."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from ..core.slots import Slots, most_threads
from .engines import PROBE_TIMEOUT, open_engine
from .sessions import Sessions
from .settings import StorageSettings

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """A pool of connections, and the one way to use it."""

    def __init__(self, settings: StorageSettings) -> None:
        self._engine = open_engine(settings.database_url, settings.pool_size)
        self._sessions = Sessions(self._engine)
        most = min(settings.pool_size, most_threads(settings.threads))
        self._slots = Slots(most, "database")
        self._probing = open_engine(settings.database_url, response_timeout=PROBE_TIMEOUT)
        self._probes = Sessions(self._probing)
        self._probe_slots = Slots(1, "database")

    def run(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns, after its transaction is committed.

        If it raises, nothing of what it did is kept.
        """
        with self._slots:
            return self._sessions.run(service, *args, **kwargs)

    def read(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns, which reads and changes nothing: it costs half of `run`."""
        with self._slots:
            return self._sessions.read(service, *args, **kwargs)

    def probe(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Do as `read` does, on a connection of its own and with little time: for `/readyz`."""
        with self._probe_slots:
            return self._probes.read(service, *args, **kwargs)

    def close(self) -> None:
        self._engine.dispose()
        self._probing.dispose()
