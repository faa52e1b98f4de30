"""Starts gunicorn; its settings are in `gunicorn_config`."""

import os
import sys

from gunicorn.app import wsgiapp

from ..flask.settings import FlaskSettings
from ..observability import multiprocess
from ..settings import KitSettings
from .worker import LAUNCHER


def serve(app: str, settings: FlaskSettings) -> None:
    """Become gunicorn, which serves until SIGTERM and finishes the requests in progress."""
    fields = {*KitSettings.model_fields} - {"redis_url"}
    os.environ["KIT_SETTINGS"] = settings.model_dump_json(include=fields)
    os.environ.update(settings.worker_environment)
    multiprocess.create_directory(settings)
    config = f"python:{__package__}.gunicorn_config"
    arguments = ["--config", config, "--threads", str(settings.threads), f"{app}()"]
    if LAUNCHER or settings.reload:  # Workers inherit imported modules, which may be outdated.
        os.execv(sys.executable, [sys.executable, "-m", *LAUNCHER, "gunicorn", *arguments])
    sys.argv = ["gunicorn", *arguments]
    wsgiapp.run()
