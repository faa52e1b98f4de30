"""The application of somebody else that FastAPI carries, in the place that the settings give it."""

import structlog
from fastapi import FastAPI

from ..settings import Settings
from .found import application
from .guest import Guest, hears
from .routes import carried
from .share import divide
from .urls import both

log = structlog.stdlib.get_logger(__name__)


def mount(app: FastAPI, settings: Settings) -> None:
    """Let LEGACY_APP answer what `app` does not know; docs/adopting.md.

    Raises:
        SettingsError: It cannot be found, or made, or is no application.
    """
    mounted = application(settings.legacy_app)
    prefix = settings.legacy_prefix
    for url, methods in both(mounted, app, prefix):
        log.warning(
            "FastAPI answers instead of the adopted application",
            url=url,
            methods=sorted(methods),
            share=settings.fastapi_share,
        )
    half = carried(hears(mounted), app, threads=settings.threads)
    guest = Guest(half, asks=settings.legacy_callers)
    # Last, and at the root unless told otherwise: none of its URLs changes.
    app.mount(prefix, guest)
    divide(app, guest, mounted, settings.fastapi_share, prefix)
