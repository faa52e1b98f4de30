"""The worker class of gunicorn, and the modules that launch gunicorn for it."""

from typing import Final

WORKER_CLASS: Final = f"{__package__}.gthread_worker.Worker"
LAUNCHER: Final[tuple[str, ...]] = ()
