"""Passes the kit's settings to the worker processes of a server, in an environment variable."""

import os
from typing import Final

from ..settings import KitSettings

VARIABLE: Final = "KIT_SETTINGS"


def export_settings(settings: KitSettings) -> None:
    """Let worker processes read the kit's settings, and those that they must share."""
    fields = {*KitSettings.model_fields} - {"redis_url"}
    os.environ[VARIABLE] = settings.model_dump_json(include=fields)
    os.environ.update(settings.worker_environment)


def import_settings() -> KitSettings:
    """Return the settings of `export_settings`."""
    return KitSettings.model_validate_json(os.environ[VARIABLE])
