"""The command line of a project: `serve`, `check`, those of the database, and others."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .db import commands as db
from .errors import DomainError
from .observability import logs
from .settings import KitSettings, SettingsError


def main(
    prog: str,
    app: str,
    load_settings: Callable[[], Any],
    arguments: Sequence[str] | None = None,
    *,
    commands: Iterable[Callable[[Any], None]] = (),
) -> int:
    """Run a command and return its exit status.

    `app` is the import path of the factory that `serve` calls. Each of `commands` adds parsers to
    the subparsers; their default `run` is called with the settings and the parsed arguments.
    """

    def serve(settings: Any) -> None:
        """Serve requests until SIGTERM."""
        from .server import serve as run

        db.prepare(settings)
        run(app, settings)

    parser = argparse.ArgumentParser(
        prog=prog, description="Settings come from the environment; see env.example."
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in {"serve": serve, "check": check, **db.COMMANDS}.items():
        subparsers.add_parser(name, help=command.__doc__).set_defaults(run=command)
    for add in commands:
        add(subparsers)
    return _run(parser, load_settings, sys.argv[1:] if arguments is None else arguments)


def check(settings: Any) -> None:
    """Check the settings, and the database if there is one."""
    db.check(settings)
    sys.stdout.write("Ready.\n")


def _run(
    parser: argparse.ArgumentParser,
    load_settings: Callable[[], KitSettings],
    arguments: Sequence[str],
) -> int:
    if not all(map(str.isprintable, arguments)):
        parser.error("An argument has characters that cannot be printed.")
    options = vars(parser.parse_args(arguments))
    del options["command"]
    command = options.pop("run")
    try:
        settings = load_settings()
        logs.configure(settings)
        command(settings, **options)
    except (SettingsError, DomainError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
