"""The worker class of gunicorn, and the modules that start gunicorn with it."""

from typing import Final

WORKER_CLASS: Final = f"{__package__}.gthread_worker.Worker"
MODULES: Final = ("gunicorn",)
