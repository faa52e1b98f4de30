"""What differs between one database and another."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine


def _nothing(_: object) -> None:
    return None


def _unguarded(_: object) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True)
class Dialect:
    """Everything the rest of this package asks a kind of database for."""

    # What its driver raises.
    errors: type[Exception] | tuple[type[Exception], ...]
    # Says what such an error is about, without the values that its own words quote.
    told: Callable[[Any], str]
    # Of the engine: https://docs.sqlalchemy.org/en/21/core/engines.html
    options: Mapping[str, Any] = field(default_factory=dict)
    # How a statement is executed that stands alone: outside of a transaction.
    # https://docs.sqlalchemy.org/en/21/core/connections.html#dbapi-autocommit
    reading: Mapping[str, Any] = field(default_factory=lambda: {"isolation_level": "AUTOCOMMIT"})
    # Called once with each engine, before its first connection.
    prepare: Callable[[Engine], None] = _nothing
    # Surrounds a migration, inside its transaction: waits until no other one runs, lifts limits.
    migrating: Callable[[Connection], AbstractContextManager[None]] = _unguarded
    # How many connections the server grants; None: as many as one likes.
    room: Callable[[Connection], int | None] = _nothing
