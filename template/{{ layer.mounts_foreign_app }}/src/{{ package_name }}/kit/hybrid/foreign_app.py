"""Mounts an application that is not part of this project."""

import structlog
from fastapi import FastAPI

from .foreign_settings import ForeignAppSettings
from .import_app import import_app
from .mount import WSGIBackend
from .mounted_app import Authenticate, MountedApp, record_route, with_user
from .shared_urls import shared_rules
from .traffic_split import split_traffic

log = structlog.stdlib.get_logger(__name__)


def mount_foreign(
    app: FastAPI, settings: ForeignAppSettings, *, authenticate: Authenticate
) -> None:
    """Let LEGACY_APP serve every URL that `app` does not.

    Raises:
        SettingsError: It cannot be imported, or is not a WSGI application.
    """
    mounted = import_app(settings.legacy_app)
    prefix = settings.legacy_prefix
    for url, methods in shared_rules(mounted, app, prefix):
        log.warning(
            "FastAPI serves a URL of the mounted application",
            url=url,
            methods=sorted(methods),
            share=settings.fastapi_share,
        )
    backend = WSGIBackend(record_route(with_user(mounted)), app, threads=settings.threads)
    guarded = MountedApp(backend, authenticate, mode=settings.legacy_callers)
    app.mount(prefix, guarded)
    split_traffic(app, guarded, mounted, settings.fastapi_share, prefix)
