"""Launches gunicorn for workers with threads."""

import os
import sys

from gunicorn.app import wsgiapp


def launch(arguments: list[str], *, restart: bool) -> None:
    """Run gunicorn in this process, whose imports its workers inherit.

    With `restart`, run it in a new process in place of this one, so that its workers import changed
    files.
    """
    if restart:
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])
    sys.argv = ["gunicorn", *arguments]
    wsgiapp.run()
