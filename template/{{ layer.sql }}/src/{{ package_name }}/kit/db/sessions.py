"""Runs services in sessions; the blocking and the asyncio database share it."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from .engine import backend_of, translate_errors

P = ParamSpec("P")
R = TypeVar("R")


class Sessions:
    """Read-write and read-only sessions on one pool."""

    def __init__(self, engine: Engine) -> None:
        self._writers = sessionmaker(engine, expire_on_commit=False)
        reader = engine.execution_options(**backend_of(engine.url).AUTOCOMMIT)
        self._readers = sessionmaker(reader, expire_on_commit=False)

    def run(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call `service` in a transaction and commit it."""
        with translate_errors(), self._writers.begin() as session:
            return service(session, *args, **kwargs)

    def read(
        self, service: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call `service` without a transaction; raise `RuntimeError` if it has changed an object."""
        with translate_errors(), self._readers() as session:
            result = service(session, *args, **kwargs)
            if session.new or session.dirty or session.deleted:
                raise RuntimeError(f"{service.__name__} changes objects: call it by `run`.")
            return result
