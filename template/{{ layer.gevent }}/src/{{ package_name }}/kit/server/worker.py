"""The worker class of gunicorn, and the modules that start gunicorn with it."""

from typing import Final

WORKER_CLASS: Final = f"{__package__}.gevent_worker.Worker"
# gevent replaces blocking functions before gunicorn imports them.
# https://www.gevent.org/api/gevent.monkey.html#use-as-a-module
MODULES: Final = ("gevent.monkey", "--module", "gunicorn")
