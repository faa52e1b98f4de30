"""Runs use cases on the connections of an engine; who awaits it and who blocks do the same."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from .engines import available, reading

P = ParamSpec("P")
R = TypeVar("R")


class Sessions:
    """The two ways to use a pool of connections."""

    def __init__(self, engine: Engine) -> None:
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        self._readers = sessionmaker(reading(engine), expire_on_commit=False)

    def run(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns, after its transaction is committed."""
        with available(), self._sessions.begin() as session:
            return service(session, *args, **kwargs)

    def read(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what `service` returns; raise `RuntimeError` if it has changed something.

        Its statements stand alone, so the database is not told of a beginning and an end.
        """
        with available(), self._readers() as session:
            found = service(session, *args, **kwargs)
            if session.new or session.dirty or session.deleted:
                raise RuntimeError(f"What {service.__name__} changes is not kept: use `run`.")
            return found
