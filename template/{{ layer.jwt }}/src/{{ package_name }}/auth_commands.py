"""Commands about accounts: what only an operator may do."""

import argparse
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from .services import accounts, health
from .settings import Settings
from .storage.engines import available, open_engine


def disable(settings: Settings, email: str) -> None:
    """Cut an account off at once, wherever it is logged in."""
    _run(settings, accounts.enable, email, enabled=False)


def enable(settings: Settings, email: str) -> None:
    """Let a disabled account log in again."""
    _run(settings, accounts.enable, email, enabled=True)


def grant(settings: Settings, email: str, scopes: list[str]) -> None:
    """Give an account these scopes, and take all others from it."""
    _run(settings, accounts.grant, email, scopes)


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add `accounts disable | enable | grant`."""
    parser = commands.add_parser("accounts", help="Disable, enable or grant scopes to an account.")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    for verb in (disable, enable, grant):
        asked = verbs.add_parser(verb.__name__, help=verb.__doc__)
        asked.add_argument("email")
        if verb is grant:
            asked.add_argument("scopes", nargs="*")
        asked.set_defaults(run=verb)


def _run(settings: Settings, service: Callable[..., None], *args: Any, **kwargs: Any) -> None:
    engine = open_engine(settings.database_url)
    try:
        with available(), Session(engine) as session, session.begin():
            health.check(session)
            service(session, *args, **kwargs)
    finally:
        engine.dispose()
