"""hypercorn and its settings.

https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html
"""

import asyncio
import logging
import os
import sys
from importlib.util import find_spec
from multiprocessing import parent_process
from pkgutil import resolve_name
from typing import Final

from hypercorn.config import Config
from starlette.types import ASGIApp

from ..observability import multiprocess
from ..settings import KitSettings, SettingsError
from . import hypercorn_worker
from .drain_request_body import DrainRequestBody

# The import path of the application, for all processes of the server.
_APP: Final = "KIT_APP"


def create_app() -> ASGIApp:
    """Return the application that a process of hypercorn serves."""
    if sys.platform == "win32":  # psycopg does not support the default event loop of Windows.
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    try:
        app = resolve_name(os.environ[_APP])()
    except SettingsError as error:
        if parent_process() is None:
            raise
        # In a process of hypercorn, nothing else prints it.
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    settings: KitSettings = app.state.settings
    hypercorn_worker.install(settings)
    return DrainRequestBody(app, settings.client_timeout)


def configure(settings: KitSettings) -> Config:
    """Return the settings of hypercorn, which ignores unknown names."""
    several = settings.web_concurrency > 1 or settings.reload
    return Config.from_mapping(
        application_path=f"{__name__}:{create_app.__name__}()",
        bind=[settings.address],
        # 0: this process itself.
        workers=settings.web_concurrency if several else 0,
        worker_class="uvloop" if find_spec("uvloop") else "asyncio",
        use_reloader=settings.reload,
        keep_alive_timeout=settings.keep_alive_seconds,
        graceful_timeout=settings.graceful_timeout,
        # `RequestMiddleware` writes the access log.
        accesslog=None,
        errorlog=logging.getLogger("hypercorn.error"),
        include_server_header=False,
        **settings.server_options,
    )


def serve(app: str, settings: KitSettings) -> None:
    """Serve the application until SIGTERM or SIGINT, then finish the requests in progress."""
    os.environ.update({**settings.worker_environment, _APP: app})
    with multiprocess.shared_directory(settings):
        if status := hypercorn_worker.run(configure(settings)):
            sys.exit(status)
