"""A project as its user gets it: rendered by Copier's command line, installed and run by uv."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from decision.evidence.processes import free_port

# What the environment of the tests decides must not decide for the project.
OURS = ("COV_", "GIT_", "PYTEST_", "PYTHON", "VIRTUAL_ENV", "CONDA")
# The section of the README that ends with the next heading of its level.
DELETING = re.compile(r"^## Delete the examples?$.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
MADE = shutil.ignore_patterns(".venv", ".*_cache", "__pycache__", "*.log", "*.db*", ".env", "build")
SETTINGS = {"DATABASE_URL", "PORT", "ENVIRONMENT", "BIND_HOST", "LOG_LEVEL", "LOG_FORMAT", "DOCS"}


def environment(**more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OURS) and name not in SETTINGS
    }
    return kept | more


@dataclass(frozen=True)
class Project:
    """A rendered project in a folder of its own."""

    folder: Path

    @classmethod
    def render(cls, template: Path, folder: Path, *options: str) -> "Project":
        command = [sys.executable, "-m", "copier", "copy", "--defaults", "--quiet", *options]
        done = _run([*command, str(template), str(folder)], folder.parent)
        assert done.returncode == 0, done.stdout
        return cls(folder)

    def run(self, command: str, **variables: str) -> str:
        """Run `command` in the project; return what it prints, fail if it fails."""
        done = self.attempt(command, **variables)
        assert done.returncode == 0, f"{command}\n{done.stdout[-20_000:]}"
        return done.stdout

    def attempt(self, command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return _run(shlex.split(command), self.folder, **variables)

    def read(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    @property
    def adopts(self) -> bool:
        """Whether it serves an application that is older than it: see `SHOP` in `conftest`."""
        return (self.package / "shop.py").exists()

    @property
    def package(self) -> Path:
        """The one package of the project."""
        [package] = (self.folder / "src").iterdir()
        return package

    @property
    def commands(self) -> list[str]:
        """The commands of the README, in their order; continued lines are one."""
        text = re.sub(DELETING, "", self.read("README.md"))
        blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        return [line for block in blocks for line in block.replace("\\\n", "").splitlines()]

    @property
    def deletes_example(self) -> str:
        """The script of the README that deletes the example."""
        section = re.search(DELETING, self.read("README.md"))
        assert section, "The README has no section on deleting the example."
        blocks = re.findall(r"^```sh\n(.*?)^```", section[0], re.DOTALL | re.MULTILINE)
        assert len(blocks) == 1, "Its section on deleting the example is not one block of commands."
        script: str = blocks[0]
        return script

    def copy(self, folder: Path) -> "Project":
        """Return a copy in `folder`, without what a project makes when it runs."""
        return Project(shutil.copytree(self.folder, folder, ignore=MADE))

    @contextmanager
    def served(self, **settings: str) -> Iterator["Server"]:
        """Boot the project by the first command of its README, on a free port and without data."""
        for data in self.folder.glob("*.db*"):
            data.unlink()
        port = free_port()
        log = self.folder / f"served-{port}.log"
        # A request that is slow is a warning, and beside other tests any may be.
        merged = {"PORT": str(port), "SLOW_REQUEST_MS": "0", **settings}
        with (
            log.open("w") as output,
            subprocess.Popen(
                shlex.split(self.commands[0]),
                cwd=self.folder,
                env=environment(**merged),
                stdout=output,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            try:
                server = Server(f"http://127.0.0.1:{port}", process, log)
                server.wait()
                yield server
            finally:
                process.terminate()


@dataclass(frozen=True)
class Server:
    """A booted project."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def wait(self) -> None:
        deadline = monotonic() + 120
        while monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            try:
                with urlopen(f"{self.url}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                sleep(0.1)
        raise AssertionError(f"Not ready after two minutes:\n{self.log.read_text()}")

    def stop(self) -> int:
        """Send SIGTERM; return the exit status as a shell sees it."""
        self.process.terminate()
        return self._ended()

    def drain(self) -> "Drained":
        """Send SIGTERM, and ask until nobody answers whether it is ready."""
        self.process.terminate()
        ready: list[int] = []
        while self.process.poll() is None:
            try:
                ready.append(status(f"{self.url}/readyz"))
            except OSError:
                break
            sleep(0.02)
        return Drained(self._ended(), ready)

    def lines(self) -> list[dict[str, Any]]:
        """Return what it has logged; every line has to be JSON."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def _ended(self) -> int:
        status = self.process.wait(60)
        return status if status >= 0 else 128 - status


@dataclass(frozen=True)
class Drained:
    """How a server ended: with what status, and what `/readyz` answered until then."""

    status: int
    ready: list[int]


def status(url: str) -> int:
    """Return the status of an answer, whatever it is."""
    try:
        with urlopen(url, timeout=10) as answer:
            status_code: int = answer.status
            return status_code
    except HTTPError as error:
        with error:
            return error.code


def _run(command: list[str], folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=2400,
        check=False,
    )
