"""uvicorn, as a test has it serve an application of the test's own."""

import sys

# What it says when it listens, and where.
LISTENS = r"running on http://127.0.0.1:(\d+)"


def command(app: str, folder: str, *, prefix: str, graceful_timeout: int) -> list[str]:
    """Return how to serve `app`, which is in `folder`, on a port of the server's choice."""
    where = ["--app-dir", folder, "--port", "0", "--root-path", prefix]
    ends = ["--timeout-graceful-shutdown", str(graceful_timeout)]
    return [sys.executable, "-m", "uvicorn", *where, *ends, app]
