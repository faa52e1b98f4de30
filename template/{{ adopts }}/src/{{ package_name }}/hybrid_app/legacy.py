"""The application of somebody else that FastAPI carries, in the place that the settings give it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import structlog
from fastapi import FastAPI

from ..fastapi_app.methods import Allowed
from ..settings import Settings
from .found import application
from .guest import Guest, hears
from .routes import carried

log = structlog.stdlib.get_logger(__name__)


def mount(app: FastAPI, settings: Settings) -> None:
    """Let LEGACY_APP answer what `app` does not know; docs/adopting.md.

    Raises:
        SettingsError: It cannot be found, or made, or is no application.
    """
    mounted = application(settings.legacy_app)
    for url, methods in hidden(mounted, Allowed(app), settings.legacy_prefix):
        log.warning("FastAPI answers instead of the adopted application", url=url, methods=methods)
    # Last, and at the root unless told otherwise: none of its URLs changes.
    guest = carried(hears(mounted), app, threads=settings.threads)
    app.mount(settings.legacy_prefix, Guest(guest, asks=settings.legacy_callers))


def hidden(mounted: object, front: Allowed, prefix: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what both know, as far as `mounted` tells (Flask does), and what of it is the front's."""
    rules: Iterable[Any] = getattr(getattr(mounted, "url_map", None), "iter_rules", tuple)()
    for rule in rules:
        path = prefix + re.sub("<[^<>]*>", "0", rule.rule)  # Most variables could be that.
        if taken := front({"path": path}) & {*(rule.methods or ())} - {"HEAD"}:
            yield rule.rule, sorted(taken)
