"""A function that migrates the database before a release. It may be invoked several times."""

import os
from collections.abc import Callable
from typing import Any

from ..db import commands, migrate
from ..db.settings import DatabaseSettings


def load_handler(
    load_settings: Callable[[], DatabaseSettings],
) -> Callable[[Any, Any], dict[str, list[str]]]:
    """Return the handler for the project's settings, which know its number of pools."""

    def handler(_: Any, __: Any) -> dict[str, list[str]]:
        """Migrate the database to the schema of this code, and return its revisions.

        Raises:
            Unavailable: Lambda may start more instances than the database grants connections for.
        """
        settings = load_settings()
        _check(settings, instances=int(os.environ.get("INSTANCES", "1")))
        migrate.migrate(settings.database_url)
        return {"revisions": sorted(migrate.heads())}

    return handler


def _check(settings: DatabaseSettings, *, instances: int) -> None:
    with commands.connect(settings) as connection:
        # An instance is what a process is elsewhere.
        per_process = settings.model_copy(update={"web_concurrency": instances})
        commands.check_pools(connection, per_process)
