"""Where the workers of one server put their numbers together, so that any of them can tell all.

https://prometheus.github.io/client_python/multiprocess/
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..settings import Settings

# prometheus_client reads it when it is imported, hence nothing of it is imported above.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_OURS = "metrics-"


def folder() -> Path | None:
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def open_folder(settings: Settings) -> None:
    """Give the workers to come an empty folder; one alone needs none."""
    given = folder()
    if given:
        given.mkdir(parents=True, exist_ok=True)
        for left in given.glob("*.db"):
            left.unlink()
    elif settings.counts_metrics and settings.web_concurrency > 1:
        # A file on a disk can block, memory does not.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        os.environ[VARIABLE] = tempfile.mkdtemp(prefix=f"{_OURS}{os.getpid()}-", dir=memory)


def close_folder() -> None:
    """Delete what `open_folder` made."""
    found = folder()
    if found and found.name.startswith(_OURS):
        shutil.rmtree(found, ignore_errors=True)


@contextmanager
def sharing(settings: Settings) -> Iterator[None]:
    open_folder(settings)
    try:
        yield
    finally:
        close_folder()


def forget_dead(where: Path) -> None:
    """Drop the requests that a worker had under way when it was killed.

    Done whenever somebody looks, since not every server tells that a worker has died. What it
    had counted stays: a counter never falls.
    """
    for file in where.glob("gauge_live*_*.db"):
        if not _is_alive(_pid(file)):
            file.unlink(missing_ok=True)


def alive(where: Path) -> list[int]:
    """Return the process numbers of the workers that live."""
    return sorted(filter(_is_alive, {_pid(file) for file in where.glob("gauge_live*_*.db")}))


def forget_this_one() -> None:
    """Start at nothing under way, also with the process number of one that was killed."""
    where = folder()
    for file in where.glob(f"gauge_live*_{os.getpid()}.db") if where else ():
        file.unlink(missing_ok=True)


def _pid(file: Path) -> int:
    return int(file.stem.rpartition("_")[2])


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":  # There, signal 0 would end the process.
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
