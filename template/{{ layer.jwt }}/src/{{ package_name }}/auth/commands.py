"""Commands for operators: `accounts disable | enable | grant | prune`."""

import argparse
from typing import Any

from ..kit.db import commands as db
from ..kit.db.settings import DatabaseSettings
from . import service


def disable(settings: DatabaseSettings, email: str) -> None:
    """Disable an account and end its sessions."""
    db.run(settings, service.set_enabled, email, enabled=False)


def enable(settings: DatabaseSettings, email: str) -> None:
    """Enable a disabled account."""
    db.run(settings, service.set_enabled, email, enabled=True)


def grant(settings: DatabaseSettings, email: str, scopes: list[str]) -> None:
    """Replace the scopes of an account."""
    db.run(settings, service.set_scopes, email, scopes)


def prune(settings: DatabaseSettings) -> None:
    """Delete sessions and refresh tokens that ended more than a day ago."""
    db.run(settings, service.prune)


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add `accounts` to the command line."""
    parser = commands.add_parser("accounts", help="Disable, enable, grant scopes, or prune.")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    for verb in (disable, enable, grant, prune):
        subparser = verbs.add_parser(verb.__name__, help=verb.__doc__)
        if verb is not prune:
            subparser.add_argument("email")
        if verb is grant:
            subparser.add_argument("scopes", nargs="*")
        subparser.set_defaults(run=verb)
