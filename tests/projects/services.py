"""What projects run beside in production: a PostgreSQL and a Redis, from the programs of this machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from decision.evidence import postgres
from decision.evidence.machine import Unfit
from decision.evidence.processes import free_port
from tests.projects.project import Project


@dataclass
class Services:
    """Each of them is started when the first project wants it, and ends with all of them."""

    folder: Path
    stack: ExitStack

    def settings(self, project: Project) -> dict[str, str]:
        """Return what tells the project of its services: a database of its own, if it has one."""
        variables = {"REDIS_URL": f"redis://127.0.0.1:{self._redis}/0"}
        if "postgresql://" in project.read("env.example"):
            variables["DATABASE_URL"] = self._database(f"of_{next(self._numbers)}")
        return variables

    @cached_property
    def _numbers(self) -> Iterator[int]:
        return count()

    @cached_property
    def _redis(self) -> int:
        return self.stack.enter_context(_redis(self.folder))

    @cached_property
    def _postgresql(self) -> str:
        return self.stack.enter_context(_postgresql())

    def _database(self, name: str) -> str:
        with psycopg.connect(self._postgresql, autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return self._postgresql.removesuffix("postgres") + name


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
def _postgresql() -> Iterator[str]:
    try:
        postgres.find()
    except Unfit:
        _missing("PostgreSQL")
    with postgres.server() as url:
        yield url


def _missing(what: str) -> str:
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing: apt-get install postgresql redis-server")
    pytest.skip(f"{what} is missing: what is said about it is NOT tested here.")
