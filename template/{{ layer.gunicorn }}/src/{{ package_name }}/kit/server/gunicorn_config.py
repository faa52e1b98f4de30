"""gunicorn's settings, in its own format: https://docs.gunicorn.org/en/stable/settings.html.

gunicorn ignores a name it does not know; a test compares them.
"""

import os as _os
import signal as _signal
from pathlib import Path
from types import FrameType
from typing import Any

from gunicorn import util as _util
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger as DefaultLogger
from gunicorn.http import wsgi as _wsgi

from .. import health as _health
from ..observability import logs as _logs
from ..observability import multiprocess as _multiprocess
from ..problems import raw_response
from ..settings import KitSettings
from .worker import WORKER_CLASS

_settings = KitSettings.model_validate_json(_os.environ["KIT_SETTINGS"])


class Logger(DefaultLogger):
    """Passes gunicorn's messages to the logging of the application."""

    def setup(self, cfg: Config) -> None:
        _logs.configure(_settings)
        self.error_log.propagate = True


bind = _settings.address
workers = _settings.web_concurrency
worker_class = WORKER_CLASS
reload = _settings.reload

keepalive = _settings.keep_alive_seconds
# Seconds for a worker to stop, draining included.
graceful_timeout = _settings.shutdown_seconds

logger_class = Logger
# `RequestMiddleware` writes the access log.
accesslog = None

# gunicorn's maximum.
limit_request_line = 8190

# `RequestMiddleware` reads the headers of proxies.
forwarded_allow_ips = ""

# The heartbeat files of workers: writing to a disk can block, writing to memory does not.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# gunicorn opens a control socket under $HOME, which a read-only container lacks.
control_socket_disable = True


# gunicorn has no settings for the `Server` header, and for the body of its own error responses.
_wsgi.SERVER = ""  # type: ignore[attr-defined]


def _write_problem(client: Any, status: int, *_: str) -> None:
    _util.write_nonblock(client, raw_response(status))


_util.write_error = _write_problem  # type: ignore[assignment]


def post_worker_init(worker: Any) -> None:
    """Drain on SIGTERM: `/readyz` responds with 503 for a while before the worker stops."""
    worker.client_timeout = _settings.client_timeout
    stop: Any = _signal.getsignal(_signal.SIGTERM)

    def drain(number: int, frame: FrameType | None) -> None:
        _health.start_draining()
        if _settings.drain_seconds:
            _signal.alarm(_settings.drain_seconds)
        else:
            stop(number, frame)

    _signal.signal(_signal.SIGALRM, stop)
    _signal.signal(_signal.SIGTERM, drain)


def on_exit(_: Arbiter) -> None:
    """Delete the directory that `serve` has created for the workers."""
    _multiprocess.delete_directory()
