"""A PostgreSQL of one's own, from the programs that this machine has."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from decision.evidence.machine import Unfit
from decision.evidence.processes import free_port, running, wait_until
from decision.evidence.subjects.work import ROWS

_MEMORY = Path("/dev/shm")  # the disk is not what is measured
_ROOM = 2**30
_NAME = "evidence-postgres-"


@contextmanager
def database() -> Iterator[str]:
    """Give the address of a database with a table to read, for as long as the block lasts."""
    with server() as url:
        _fill(url)
        yield url


@contextmanager
def server() -> Iterator[str]:
    """Give the address of an empty database, for as long as the block lasts."""
    programs = find()
    tidy()
    folder = Path(tempfile.mkdtemp(prefix=_NAME, dir=_roomy()))
    (folder / "owner").write_text(str(os.getpid()), encoding="ascii")
    try:
        if owner := user():
            shutil.chown(folder, owner)
        make = ["initdb", f"--pgdata={folder / 'data'}", "--auth=trust", "--username=evidence"]
        subprocess.run(
            [programs / make[0], *make[1:], "--encoding=UTF8", "--no-sync"],
            cwd=folder, env={**os.environ, "LC_ALL": "C"}, user=user(), check=True,
            stdout=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip
        yield from _served(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(programs: Path, folder: Path) -> Iterator[str]:
    port = free_port()
    url = f"postgresql://evidence@127.0.0.1:{port}/postgres"
    settings = {
        "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "port": str(port),
        "max_connections": "100", "fsync": "off", "max_wal_size": "128MB",
    }  # fmt: skip
    options: list[str] = [
        part for name, value in settings.items() for part in ("-c", f"{name}={value}")
    ]
    command: list[str | Path] = [programs / "postgres", "-D", folder / "data", *options]
    # Not by pg_ctl, which leaves a server behind that is nobody's child; and not killed, which
    # would leave its shared memory behind.
    stop, locale = signal.SIGQUIT, {"LC_ALL": "C"}
    with running(command, locale, ended_by=stop, cwd=folder, user=user()) as server:
        wait_until(lambda: _answers(url), server, 60)
        yield url


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def _fill(url: str) -> None:
    """Make the table."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE todos AS SELECT number AS id, 'Todo ' || number AS title,"
            f" false AS done FROM generate_series(1, {ROWS:d}) AS number"
        )
        connection.execute("ALTER TABLE todos ADD PRIMARY KEY (id)")
        connection.execute("ANALYZE todos")


def tidy() -> None:
    """Remove what measurements have left that were killed before they could."""
    for folder in Path(_roomy() or tempfile.gettempdir()).glob(f"{_NAME}*"):
        owner = folder / "owner"
        if owner.exists() and not Path("/proc", owner.read_text(encoding="ascii")).exists():
            shutil.rmtree(folder, ignore_errors=True)


def find() -> Path:
    """Return the folder of `initdb`: where the path leads to, or where Debian keeps it."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = [each.parent for each in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not installed:
        raise Unfit("PostgreSQL's programs are missing: apt-get install postgresql.")
    return max(installed)


def user() -> str | None:
    """Who runs it: PostgreSQL refuses to be run by root."""
    return "nobody" if os.geteuid() == 0 else None


def _roomy() -> Path | None:
    there = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if there else None
