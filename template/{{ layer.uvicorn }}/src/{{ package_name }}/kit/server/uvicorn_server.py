"""uvicorn and its settings: https://uvicorn.dev/settings/."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from functools import partial
from multiprocessing import parent_process
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import ChangeReload, Multiprocess

from .. import health
from ..observability import multiprocess
from ..settings import KitSettings, SettingsError
from .uvicorn_protocol import Protocol


class Config(uvicorn.Config):
    """Loads the application, in each process, with a graceful shutdown."""

    drain_time = 0.0

    def load(self) -> None:
        try:
            super().load()
        except SettingsError as error:
            if parent_process() is None:
                raise
            # In a process of uvicorn, nothing else prints it.
            sys.stderr.write(f"{error}\n")
            sys.exit(STARTUP_FAILURE)
        self._drain_after_signals()

    def _drain_after_signals(self) -> None:
        """Go on for `drain_time` seconds after a signal: a load balancer notices late."""
        loop = asyncio.get_running_loop()
        stop: Any = signal.getsignal(signal.SIGTERM)  # uvicorn's handler.

        def start_draining(number: int, _: FrameType | None) -> None:
            health.start_draining()
            # uvicorn sends it with every response after at most a second.
            self.encoded_headers.append((b"connection", b"close"))
            loop.call_soon_threadsafe(loop.call_later, self.drain_time, stop, number, None)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, start_draining)


def serve(app: str, settings: KitSettings) -> None:
    """Serve the application until SIGTERM or SIGINT, then finish the requests in progress."""
    os.environ.update(settings.worker_environment)
    config = _config(app, settings)
    # uvicorn raises KeyboardInterrupt after a shutdown by Ctrl+C.
    with multiprocess.shared_directory(settings), suppress(KeyboardInterrupt):
        # Bound here: an asyncio socket for `::` does not accept IPv4.
        sockets = [config.bind_socket()]
        server = uvicorn.Server(config)
        if config.should_reload:
            ChangeReload(config, target=server.run, sockets=sockets).run()
        elif config.workers == 1:
            server.run(sockets)
        else:
            _serve_several(config, sockets)


def _config(app: str, settings: KitSettings) -> Config:
    # Without options for them, there are no WebSockets: no limit would apply to them.
    options: dict[str, Any] = {"ws": "none", **settings.server_options}
    config = Config(
        app,
        factory=True,
        host=settings.bind_host,
        port=settings.port,
        workers=settings.web_concurrency,
        reload=settings.reload,
        # uvicorn only calls it.
        http=partial(Protocol, timeout=settings.client_timeout),  # type: ignore[arg-type]
        # `RequestMiddleware` writes the access log, and the kit configures logging.
        access_log=False,
        log_config=None,
        server_header=False,
        # `RequestMiddleware` reads the headers of proxies.
        proxy_headers=False,
        # psycopg does not support the default event loop of Windows.
        loop="asyncio:SelectorEventLoop" if sys.platform == "win32" else "auto",
        timeout_keep_alive=settings.keep_alive_seconds,
        # Seconds in which a worker must respond to its parent, also while it starts.
        timeout_worker_healthcheck=30,
        timeout_graceful_shutdown=settings.graceful_timeout,
        **options,
    )
    config.drain_time = settings.drain_seconds
    return config


def _serve_several(config: Config, sockets: list[Any]) -> None:
    supervisor = Multiprocess(config, sockets)
    supervisor.run()
    # uvicorn exits with 0 if no process could start.
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        sys.exit(STARTUP_FAILURE)
