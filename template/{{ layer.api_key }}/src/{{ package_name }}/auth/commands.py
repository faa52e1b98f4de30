"""Commands for operators: `keys create | list | revoke`."""

import argparse
import sys
from typing import Any

from ..kit.db import commands as db
from ..kit.db.settings import DatabaseSettings
from . import service


def create(settings: DatabaseSettings, name: str, scopes: list[str], days: int) -> None:
    """Create a key and print it. It cannot be shown again."""
    sys.stdout.write(f"{db.run(settings, service.create, name, scopes, days=days)}\n")


def list_keys(settings: DatabaseSettings) -> None:
    """List all keys, without their secrets."""
    sys.stdout.writelines(f"{line}\n" for line in db.run(settings, service.list_keys))


def revoke(settings: DatabaseSettings, key_id: str) -> None:
    """Revoke a key by its ID, the part between the underscores."""
    db.run(settings, service.revoke, key_id)


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add `keys` to the command line."""
    parser = commands.add_parser("keys", help="Create, list or revoke API keys.")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    creating = verbs.add_parser("create", help=create.__doc__)
    creating.add_argument("name", help="the owner; keys of one name share their objects")
    creating.add_argument("scopes", nargs="*", help="permissions")
    creating.add_argument("--days", type=_days, default=365, help="days until it expires (365)")
    creating.set_defaults(run=create)
    verbs.add_parser("list", help=list_keys.__doc__).set_defaults(run=list_keys)
    revoking = verbs.add_parser("revoke", help=revoke.__doc__)
    revoking.add_argument("key_id")
    revoking.set_defaults(run=revoke)


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 3650:
        raise argparse.ArgumentTypeError("must be from 1 to 3650")
    return days
