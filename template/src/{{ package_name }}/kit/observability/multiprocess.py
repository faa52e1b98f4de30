"""The directory in which the workers of a server share their metrics.

https://prometheus.github.io/client_python/multiprocess/
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from ..settings import KitSettings

# prometheus_client reads it when it is imported, so this module does not import it.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def create_directory(settings: KitSettings) -> None:
    """Create a directory for the workers to come; a single one needs none."""
    several = settings.web_concurrency > 1
    if several and settings.metrics and VARIABLE not in os.environ:
        os.environ[VARIABLE] = mkdtemp(prefix=_prefix())


def delete_directory() -> None:
    """Delete the directory that `create_directory` has created."""
    path = Path(os.environ.get(VARIABLE, ""))
    if path.name.startswith(_prefix()):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def shared_directory(settings: KitSettings) -> Iterator[None]:
    create_directory(settings)
    try:
        yield
    finally:
        delete_directory()


def _prefix() -> str:
    return f"metrics-{os.getpid()}-"
