"""The command that serves an application of a test with uvicorn."""

import sys

# The log line with the port.
LISTENS = r"running on http://127.0.0.1:(\d+)"


def command(app: str, folder: str, *, prefix: str, graceful_timeout: int) -> list[str]:
    """Return the command that serves `app`, a module in `folder`, on a free port."""
    options = ["--app-dir", folder, "--port", "0", "--root-path", prefix]
    limits = ["--timeout-graceful-shutdown", str(graceful_timeout)]
    return [sys.executable, "-m", "uvicorn", *options, *limits, app]
