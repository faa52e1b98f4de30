"""gunicorn's settings, in its own format: https://docs.gunicorn.org/en/stable/settings.html.

gunicorn ignores a name it does not know; a test compares them.
"""

import gc as _gc
import signal as _signal
import sys as _sys
from pathlib import Path
from socket import socket as _socket
from threading import Timer as _Timer
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.errors import HaltServer as _HaltServer
from gunicorn.glogging import Logger as DefaultLogger
from gunicorn.http import wsgi as _wsgi

from ..observability import logs
from ..observability import multiprocess as _multiprocess
from . import listener as _listener
from .worker import Worker
from .worker_settings import import_settings

_settings = import_settings()


class Logger(DefaultLogger):
    """Passes gunicorn's messages to the logging of the application."""

    def setup(self, cfg: Config) -> None:
        logs.configure(_settings)
        self.error_log.propagate = True

    # The `setup` that is replaced here would cache it; without it, it is computed per request.
    @property
    def access_log_enabled(self) -> bool:
        return False


bind = _settings.address
workers = _settings.web_concurrency
worker_class = f"{Worker.__module__}.{Worker.__name__}"
Worker.client_timeout = _settings.client_timeout
Worker.drain_time = _settings.drain_seconds
Worker.max_body_bytes = _settings.max_body_bytes
reload = _settings.reload

keepalive = _settings.keep_alive_seconds
# Seconds for a worker to stop, draining included.
graceful_timeout = _settings.shutdown_seconds

# It would overtake buffered parts of the response.
sendfile = False

logger_class = Logger
# `RequestMiddleware` writes the access log.
accesslog = None

# gunicorn has no setting for the `Server` header.
_wsgi.SERVER = ""  # type: ignore[attr-defined]

# gunicorn's maximum.
limit_request_line = 8190

# `RequestMiddleware` reads the headers of proxies.
forwarded_allow_ips = ""

# The heartbeat files of workers: writing to a disk can block, writing to memory does not.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# gunicorn >= 25.1 opens a control socket under $HOME, which a read-only container lacks.
control_socket_disable = True


_halt = Arbiter.halt


def _halt_gracefully(self: Arbiter, reason: Any = None, exit_status: int = 0) -> None:
    if self.reexec_pid == self.master_pid == 0 and not self.systemd:  # No other process listens.
        listeners = [each.sock.dup() for each in self.LISTENERS]
        timer = _Timer(_settings.drain_seconds, _stop_listening, [listeners])
        timer.daemon = True
        timer.start()
    try:
        _halt(self, reason, exit_status)
    except _HaltServer:  # A second worker has failed to load the application.
        _sys.exit(exit_status)


def _stop_listening(listeners: list[_socket]) -> None:
    """Block new connections just before the workers stop accepting."""
    for listener in listeners:
        _listener.block_new_connections(listener)
        listener.close()


Arbiter.halt = _halt_gracefully  # type: ignore[method-assign]


_spawn = Arbiter.spawn_worker


def _spawn_worker(self: Arbiter) -> int:
    """Block signals until the worker handles them.

    Before that it has the handlers of this process, which would lose them.
    """
    signals = {_signal.SIGTERM, _signal.SIGINT, _signal.SIGQUIT}
    _signal.pthread_sigmask(_signal.SIG_BLOCK, signals)
    try:
        return _spawn(self)
    finally:
        _signal.pthread_sigmask(_signal.SIG_UNBLOCK, signals)


Arbiter.spawn_worker = _spawn_worker  # type: ignore[method-assign]


def pre_fork(_: Arbiter, __: Any) -> None:
    """Share imported modules with the worker: a garbage collection would copy their memory."""
    _gc.collect()
    _gc.freeze()


def on_exit(_: Arbiter) -> None:
    """Delete the directory that `serve` has created for the workers."""
    _multiprocess.delete_directory()
