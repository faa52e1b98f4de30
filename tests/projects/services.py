"""What projects run beside in production: a PostgreSQL and a Redis, from the programs of this machine."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

import pytest

from tests.projects.project import Project, free_port


@dataclass
class Services:
    """Each of them is started when the first project wants it, and ends with all of them."""

    folder: Path
    stack: ExitStack

    def settings(self, project: Project) -> dict[str, str]:
        """Return what tells the project of its services: a database of its own, if it has one."""
        told = {"REDIS_URL": f"redis://127.0.0.1:{self._redis}/0"}
        if "postgresql://" in project.read(".env.example"):
            told["DATABASE_URL"] = self._database(f"of_{next(self._numbers)}")
        return told

    @cached_property
    def _numbers(self) -> Iterator[int]:
        return count()

    @cached_property
    def _redis(self) -> int:
        return self.stack.enter_context(_redis(self.folder))

    @cached_property
    def _postgresql(self) -> int:
        return self.stack.enter_context(_postgresql())

    def _database(self, name: str) -> str:
        where = ["--host=127.0.0.1", f"--port={self._postgresql}", "--username=tests"]
        subprocess.run([_postgresql_program("createdb"), *where, name], check=True)
        return f"postgresql://tests@127.0.0.1:{self._postgresql}/{name}"


@contextmanager
def running(folder: Path) -> Iterator[Services]:
    with ExitStack() as stack:
        yield Services(folder, stack)


@contextmanager
def _redis(folder: Path) -> Iterator[int]:
    program = shutil.which("redis-server") or _missing("redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.terminate()


@contextmanager
def _postgresql() -> Iterator[int]:
    # Not below pytest's folder: that is closed to the user who has to run this as root.
    folder, port = Path(tempfile.mkdtemp(prefix="postgres-")), free_port()
    data = f"--pgdata={folder / 'data'}"
    where = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    try:
        if user := _user():
            shutil.chown(folder, user)
        _run(
            "initdb",
            folder,
            data,
            "--auth=trust",
            "--username=tests",
            "--encoding=UTF8",
            "--no-sync",
        )
        _run(
            "pg_ctl",
            folder,
            "start",
            data,
            f"--log={folder / 'log'}",
            f"--options={where}",
            "--wait",
        )
        yield port
        _run("pg_ctl", folder, "stop", data, "--mode=immediate", "--wait")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, folder: Path, *arguments: str) -> None:
    subprocess.run(
        [_postgresql_program(program), *arguments],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C"},
        user=_user(),  # PostgreSQL refuses to be run by root.
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=120,
    )


def _postgresql_program(name: str) -> str:
    """Return where it is: on the path, or where Debian keeps it."""
    found = shutil.which(name)
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return found or (str(installed[-1]) if installed else _missing("PostgreSQL"))


def _missing(what: str) -> str:
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing: apt-get install postgresql redis-server")
    pytest.skip(f"{what} is missing: what is said about it is NOT tested here.")


def _user() -> str | None:
    return "nobody" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
