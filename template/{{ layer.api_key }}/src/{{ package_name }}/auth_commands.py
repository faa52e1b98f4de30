"""Commands about API keys: what only an operator may do."""

import argparse
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from .services import api_keys, health
from .settings import Settings
from .storage.engines import available, open_engine

R = TypeVar("R")


def create(settings: Settings, name: str, scopes: list[str], days: int) -> None:
    """Print a new key, once: what is kept of it cannot be turned back."""
    sys.stdout.write(f"{_run(settings, api_keys.create, name, scopes, days=days)}\n")


def show(settings: Settings) -> None:
    """List all keys, without what is secret about them."""
    sys.stdout.writelines(f"{line}\n" for line in _run(settings, api_keys.browse))


def revoke(settings: Settings, key_id: str) -> None:
    """End a key at once, by its id: the part between the underscores."""
    _run(settings, api_keys.revoke, key_id)


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add `keys create | list | revoke`."""
    parser = commands.add_parser("keys", help="Create, list or revoke API keys.")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    creating = verbs.add_parser("create", help=create.__doc__)
    creating.add_argument("name", help="whose key it is; one name is one owner")
    creating.add_argument("scopes", nargs="*", help="what it is for, beside what every key may")
    creating.add_argument("--days", type=_days, default=365, help="how long it counts (365)")
    creating.set_defaults(run=create)
    verbs.add_parser("list", help=show.__doc__).set_defaults(run=show)
    revoking = verbs.add_parser("revoke", help=revoke.__doc__)
    revoking.add_argument("key_id")
    revoking.set_defaults(run=revoke)


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 3650:
        raise argparse.ArgumentTypeError("has to be from 1 to 3650")
    return days


def _run(settings: Settings, service: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    engine = open_engine(settings.database_url)
    try:
        with available(), Session(engine) as session, session.begin():
            health.check(session)
            return service(session, *args, **kwargs)
    finally:
        engine.dispose()
