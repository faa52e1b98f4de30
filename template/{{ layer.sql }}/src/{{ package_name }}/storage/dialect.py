"""What differs between one database and another."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL


def _nothing(*_: object) -> None:
    return None


def _no_options(_: URL) -> Mapping[str, Any]:
    return {}


def _unguarded(_: object) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True)
class Dialect:
    """Everything the rest of this package asks a kind of database for."""

    # What its driver raises.
    errors: type[Exception] | tuple[type[Exception], ...]
    # Says what such an error is about, without the values that its own words quote.
    told: Callable[[Any], str]
    # Of an engine for this URL: https://docs.sqlalchemy.org/en/21/core/engines.html
    options: Callable[[URL], Mapping[str, Any]] = _no_options
    # Says what is wrong with the parameters of a URL, if anything is.
    check_parameters: Callable[[URL], str | None] = _nothing
    # How a statement is executed that stands alone: outside of a transaction.
    # https://docs.sqlalchemy.org/en/21/core/connections.html#dbapi-autocommit
    reading: Mapping[str, Any] = field(default_factory=lambda: {"isolation_level": "AUTOCOMMIT"})
    # Called once with each engine, before its first connection, and with the seconds that the
    # server has for an answer.
    prepare: Callable[[Engine, float], None] = _nothing
    # Surrounds a migration, inside its transaction: waits until no other one runs, lifts limits.
    migrating: Callable[[Connection], AbstractContextManager[None]] = _unguarded
    # How many connections the server grants; None: as many as one likes.
    room: Callable[[Connection], int | None] = _nothing
