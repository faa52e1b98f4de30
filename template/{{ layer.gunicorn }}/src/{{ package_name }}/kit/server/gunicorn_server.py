"""Starts gunicorn; its settings are in `gunicorn_config`."""

from ..flask.settings import FlaskSettings
from ..observability import multiprocess
from .gunicorn_main import launch
from .worker_settings import export_settings


def serve(app: str, settings: FlaskSettings) -> None:
    """Become gunicorn, which serves until SIGTERM and finishes the requests in progress."""
    export_settings(settings)
    multiprocess.create_directory(settings)
    config = f"python:{__package__}.gunicorn_config"
    arguments = ["--config", config, "--threads", str(settings.threads), f"{app}()"]
    # This process or its replacement, not a child: signals reach gunicorn itself.
    launch(arguments, restart=settings.reload)
