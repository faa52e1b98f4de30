"""Launches gunicorn for workers with greenlets."""

import os
import sys


def launch(arguments: list[str], *, restart: bool) -> None:
    """Run gunicorn in a new process in place of this one, with or without `restart`.

    gevent replaces blocking functions; modules that are imported already would keep them.
    https://www.gevent.org/api/gevent.monkey.html#use-as-a-module
    """
    patched = ["-m", "gevent.monkey", "--module", "gunicorn"]
    os.execv(sys.executable, [sys.executable, *patched, *arguments])
