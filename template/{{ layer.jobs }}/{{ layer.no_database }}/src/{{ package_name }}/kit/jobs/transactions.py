"""How jobs use the store in memory. A worker is a process of its own, with a store of its own."""

from collections.abc import Callable

from ..db.settings import DatabaseSettings
from ..db.store import STORE, Store


def transactions(_: DatabaseSettings, __: int) -> Callable[..., object]:
    """Return what calls a function with the store."""
    return STORE.run


def transaction_of(store: Store) -> Callable[..., object]:
    return store.run


def after_commit(_: Store, __: str, action: Callable[[], object]) -> None:
    """Call `action` now: there is no transaction. Let it be the last step of a service."""
    action()
