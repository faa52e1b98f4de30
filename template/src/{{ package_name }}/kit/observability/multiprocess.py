"""The directory in which the workers of a server share their metrics.

https://prometheus.github.io/client_python/multiprocess/
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..settings import KitSettings

# prometheus_client reads it when it is imported, so this module does not import it.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX = "metrics-"


def directory() -> Path | None:
    value = os.environ.get(VARIABLE)
    return Path(value) if value else None


def create_directory(settings: KitSettings) -> None:
    """Create an empty directory for the workers to come; a single one needs none."""
    if configured := directory():
        configured.mkdir(parents=True, exist_ok=True)
        for file in configured.glob("*.db"):
            file.unlink()
    elif settings.metrics and settings.web_concurrency > 1:
        # Writing to a disk can block, writing to memory does not.
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        os.environ[VARIABLE] = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=shm)


def delete_directory() -> None:
    """Delete the directory that `create_directory` has created."""
    path = directory()
    if path and path.name.startswith(_PREFIX):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def shared_directory(settings: KitSettings) -> Iterator[None]:
    create_directory(settings)
    try:
        yield
    finally:
        delete_directory()


def remove_dead(path: Path) -> None:
    """Remove the requests in progress of workers that were killed; their counters stay.

    Called for each response of `/metrics`, since not every server reports that a worker has died.
    """
    for file in path.glob("gauge_live*_*.db"):
        if not _is_alive(_pid(file)):
            file.unlink(missing_ok=True)


def live_workers(path: Path) -> list[int]:
    """Return the process IDs of the live workers."""
    return sorted(filter(_is_alive, {_pid(file) for file in path.glob("gauge_live*_*.db")}))


def reset_current() -> None:
    """Remove the requests in progress of an earlier process with the same ID."""
    path = directory()
    for file in path.glob(f"gauge_live*_{os.getpid()}.db") if path else ():
        file.unlink(missing_ok=True)


def _pid(file: Path) -> int:
    return int(file.stem.rpartition("_")[2])


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":  # Signal 0 would end the process.
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
