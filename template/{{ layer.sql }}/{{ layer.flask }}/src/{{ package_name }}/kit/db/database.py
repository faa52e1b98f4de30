"""The database for Flask: a thread waits while the database works."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from ..concurrency_limit import ConcurrencyLimit
from . import migrate
from .engine import PROBE_TIMEOUT, open_engine
from .sessions import Sessions
from .settings import DatabaseSettings
from .sql_spans import record_statements

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """A pool of connections. At most `max_waiting` threads use it at the same time."""

    def __init__(self, settings: DatabaseSettings, max_waiting: int) -> None:
        self._engine = open_engine(settings.database_url, settings.pool_connections)
        self._sessions = Sessions(self._engine)
        if settings.otel_exporter_otlp_endpoint:
            record_statements(self._engine)
        self._limit = ConcurrencyLimit(min(settings.pool_connections, max_waiting), "database")
        # A connection of its own: `/readyz` responds while all others are busy.
        self._probe = open_engine(settings.database_url, response_timeout=PROBE_TIMEOUT)
        self._probe_sessions = Sessions(self._probe)
        self._probe_limit = ConcurrencyLimit(1, "database")

    def run(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call `service` in a transaction and commit it. If it raises, nothing is committed."""
        with self._limit:
            return self._sessions.run(service, *args, **kwargs)

    def read(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call `service`, which only reads, without a transaction: it costs half of `run`."""
        with self._limit:
            return self._sessions.read(service, *args, **kwargs)

    def check(self) -> None:
        """Raise `Unavailable` unless the database responds and has the schema of this code."""
        with self._probe_limit:
            self._probe_sessions.read(migrate.check)

    def close(self) -> None:
        self._engine.dispose()
        self._probe.dispose()
