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

from . import listening as _listening
from . import logs
from .gunicorn_worker import Worker, options
from .settings import load
from .telemetry import workers as _workers

_settings = load()


class Logger(DefaultLogger):
    """Hands gunicorn's messages to the logging of the application."""

    def setup(self, cfg: Config) -> None:
        logs.configure(_settings)
        self.error_log.propagate = True

    # Else worked out for each request: what remembers it is the `setup` that is replaced here.
    access_log_enabled = False


bind = _settings.address
workers = _settings.web_concurrency
worker_class = f"{Worker.__module__}.{Worker.__name__}"
Worker.patience = _settings.client_timeout
Worker.drains_for = _settings.drains_for
# What the kind of the workers decides: how many requests each works on at the same time.
globals().update(options(_settings))
reload = _settings.reload

keepalive = _settings.keep_alive_seconds
# After the worker was told to end, draining included.
graceful_timeout = _settings.shutdown_seconds

# It would get ahead of what a client has not read yet.
sendfile = False

logger_class = Logger
# The edge writes the one line per request.
accesslog = None

# gunicorn has no setting for what it says in `Server`. What it is, is nobody's business.
_wsgi.SERVER = ""  # type: ignore[attr-defined]

# As long as it lets us: a listing has many parameters, and nothing here copies the line.
limit_request_line = 8190

# The edge reads what proxies say, in the same way under every server.
forwarded_allow_ips = ""

# The heartbeat of the workers: a file on a disk can block, memory does not.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# gunicorn >= 25.1 opens a control socket under $HOME, which a locked-down container lacks.
control_socket_disable = True


_halt = Arbiter.halt


def _end(self: Arbiter, reason: Any = None, exit_status: int = 0) -> None:
    if self.reexec_pid == self.master_pid == 0 and not self.systemd:  # Nobody else listens there.
        listeners = [each.sock.dup() for each in self.LISTENERS]
        end = _Timer(_settings.drains_for, _stop_listening, [listeners])
        end.daemon = True
        end.start()
    try:
        _halt(self, reason, exit_status)
    except _HaltServer:  # Another worker cannot load the application, while the first ends us.
        _sys.exit(exit_status)


def _stop_listening(listeners: list[_socket]) -> None:
    """Block new connections just before the workers stop accepting."""
    for listener in listeners:
        _listening.block_new_connections(listener)
        listener.close()


Arbiter.halt = _end  # type: ignore[method-assign]


_spawn = Arbiter.spawn_worker


def _spawn_worker(self: Arbiter) -> int:
    """Start a worker that hears of its end, however early it comes: `Worker` takes it when it can.

    Until then it has what this process does with signals, which keeps them for itself.
    """
    end = {_signal.SIGTERM, _signal.SIGINT, _signal.SIGQUIT}
    _signal.pthread_sigmask(_signal.SIG_BLOCK, end)
    try:
        return _spawn(self)
    finally:
        _signal.pthread_sigmask(_signal.SIG_UNBLOCK, end)


Arbiter.spawn_worker = _spawn_worker  # type: ignore[method-assign]


def pre_fork(_: Arbiter, __: Any) -> None:
    """Share with a worker what is imported by now: to look for garbage in it would copy it."""
    _gc.collect()
    _gc.freeze()


def on_exit(_: Arbiter) -> None:
    """Delete what `serve` made for the workers."""
    _workers.close_folder()
