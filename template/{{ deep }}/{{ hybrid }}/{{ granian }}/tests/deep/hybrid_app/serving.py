"""granian, as a test has it serve an application of the test's own."""

import sys

from ...ports import free_port

# What it says when it listens, and where.
LISTENS = r"Listening at: http://127.0.0.1:(\d+)[\s\S]*Started worker"


def command(app: str, folder: str, *, prefix: str, finishes_in: int) -> list[str]:
    """Return how to serve `app`, which is in `folder`, on a port that was free."""
    where = ["--working-dir", folder, "--port", str(free_port()), "--interface", "asgi"]
    behind = ["--url-path-prefix", prefix] if prefix else []
    ends = ["--workers-kill-timeout", f"{finishes_in}s"]
    return [sys.executable, "-m", "granian", *where, *behind, *ends, app]
