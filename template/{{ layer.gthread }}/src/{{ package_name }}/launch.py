"""How gunicorn is started where its workers are threads."""

import os
import sys

from gunicorn.app import wsgiapp


def launch(arguments: list[str], *, anew: bool) -> None:
    """Become gunicorn: in this process, whose imports its workers then have for nothing.

    `anew`: in a new one in its place, so that workers import what has changed.
    """
    if anew:
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])
    sys.argv = ["gunicorn", *arguments]
    wsgiapp.run()
