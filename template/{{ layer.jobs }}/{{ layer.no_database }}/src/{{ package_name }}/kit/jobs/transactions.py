"""How jobs use the store in memory. A worker is a process of its own, with a store of its own."""

from collections.abc import Callable

from ..db.settings import DatabaseSettings
from ..db.store import STORE, Store

Transaction = Callable[..., object]


def open_transactions(_: DatabaseSettings, __: int) -> tuple[Transaction, Callable[[], None]]:
    """Return what calls a function with the store, and what closes it."""
    return STORE.run, lambda: None


def transaction_of(store: Store) -> Transaction:
    return store.run


def after_commit(_: Store, __: str, action: Callable[[], object]) -> None:
    """Call `action` now: there is no transaction. Let it be the last step of a service."""
    action()
