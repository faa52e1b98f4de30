"""The differences between database systems."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL


def _none(*_: object) -> None:
    return None


def _no_options(_: URL) -> Mapping[str, Any]:
    return {}


def _no_guard(_: object) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True)
class Backend:
    """What the rest of `kit.db` needs to know of a database system and its driver."""

    # The driver's exceptions.
    errors: type[Exception] | tuple[type[Exception], ...]
    # Describes such an exception without the values that its message quotes.
    describe_error: Callable[[Any], str]
    # Options of the engine: https://docs.sqlalchemy.org/en/21/core/engines.html
    options: Callable[[URL], Mapping[str, Any]] = _no_options
    # Returns what is wrong with the parameters of a URL, or None.
    check_parameters: Callable[[URL], str | None] = _none
    # Execution options for a statement outside of a transaction.
    # https://docs.sqlalchemy.org/en/21/core/connections.html#dbapi-autocommit
    autocommit: Mapping[str, Any] = field(default_factory=lambda: {"isolation_level": "AUTOCOMMIT"})
    # Called once per engine, before its first connection, with the seconds to wait for a response.
    prepare: Callable[[Engine, float], None] = _none
    # Surrounds a migration, inside its transaction: waits for other migrations, lifts time limits.
    migration_guard: Callable[[Connection], AbstractContextManager[None]] = _no_guard
    # Returns how many connections the server grants; None: no limit.
    connection_limit: Callable[[Connection], int | None] = _none
