"""How gunicorn is started where its workers are greenlets."""

import os
import sys


def launch(arguments: list[str], *, anew: bool) -> None:
    """Become gunicorn, in a new process in place of this one, whether or not `anew` asks for it.

    gevent replaces what blocks; what was imported earlier would keep it.
    https://www.gevent.org/api/gevent.monkey.html#use-as-a-module
    """
    patched = ["-m", "gevent.monkey", "--module", "gunicorn"]
    os.execv(sys.executable, [sys.executable, *patched, *arguments])
