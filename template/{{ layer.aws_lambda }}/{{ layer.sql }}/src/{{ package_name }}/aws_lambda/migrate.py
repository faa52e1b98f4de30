"""The step before a release, as a function of its own: it is invoked once, and may be twice."""

import os
from typing import Any

from ..storage import capacity, schema
from ..storage.engines import open_engine
from ..storage.settings import StorageSettings


def handler(_: Any, __: Any) -> dict[str, list[str]]:
    """Bring the database to the schema of this code; return the revisions that it then has.

    Raises:
        Unavailable: Lambda may start more instances than the database has connections for.
    """
    settings = StorageSettings()
    _check(settings, instances=int(os.environ.get("INSTANCES", "1")))
    schema.migrate(settings.database_url)
    return {"revisions": sorted(schema.heads())}


def _check(settings: StorageSettings, *, instances: int) -> None:
    engine = open_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            # An instance is to Lambda what a process is elsewhere.
            capacity.check(connection, settings.model_copy(update={"web_concurrency": instances}))
    finally:
        engine.dispose()
