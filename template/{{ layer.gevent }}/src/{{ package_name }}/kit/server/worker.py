"""The worker class of gunicorn, and the modules that launch gunicorn for it."""

from typing import Final

WORKER_CLASS: Final = f"{__package__}.gevent_worker.Worker"
# gevent replaces blocking functions before gunicorn imports them.
# https://www.gevent.org/api/gevent.monkey.html#use-as-a-module
LAUNCHER: Final[tuple[str, ...]] = ("gevent.monkey", "--module")
