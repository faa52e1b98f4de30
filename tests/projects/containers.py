"""Builds and runs the images of projects with a real engine; nothing of them is left behind."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

import pytest

from decision.evidence.processes import free_port
from tests.projects.project import environment

# As locked down as a platform can make it; any user will do.
HARDENED = [
    "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges",
    "--user=54321:54321", "--memory=256m", "--pids-limit=100", "--cpus=1",
]  # fmt: skip


def require_engine() -> None:
    """Skip without a container engine, loudly; where CI promises one, fail."""
    if shutil.which("docker") and _answers():
        return
    if os.environ.get("CI"):
        pytest.fail("No container engine answers: docker info")
    pytest.skip("No container engine answers: what is said about images is NOT tested here.")


def _answers() -> bool:
    done = subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=60)
    return done.returncode == 0


def docker(*arguments: str, folder: Path | None = None, **variables: str) -> str:
    """Run the command; return what it prints, fail if it fails."""
    done = subprocess.run(
        ["docker", *arguments],
        cwd=folder,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, f"docker {' '.join(arguments)}\n{done.stdout[-10_000:]}"
    return done.stdout


@dataclass(frozen=True)
class Container:
    """A container that runs."""

    name: str
    url: str

    def inspect(self, what: str) -> str:
        return docker("inspect", f"--format={{{{{what}}}}}", self.name).strip()

    def until_healthy(self) -> None:
        deadline = monotonic() + 60
        while (state := self.inspect(".State.Health.Status")) != "healthy":
            assert monotonic() < deadline and self.inspect(".State.Status") == "running", (
                f"It is {state}:\n{docker('logs', self.name)}"
            )
            sleep(0.2)

    def until_live(self) -> None:
        deadline = monotonic() + 60
        while True:
            try:
                with urlopen(f"{self.url}/livez", timeout=5) as answer:
                    assert answer.status == 200
                    return
            except (URLError, OSError):
                assert monotonic() < deadline, docker("logs", self.name)
                sleep(0.05)

    def python(self, code: str) -> str:
        """Run code in the container, with its own Python."""
        return docker("exec", self.name, "python", "-c", code)

    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in docker("logs", self.name).splitlines()]


@contextmanager
def running(image: str, *options: str, **variables: str) -> Iterator[Container]:
    """Run the image, as locked down as can be, on a free port."""
    name, port = f"test-{uuid4().hex[:12]}", free_port()
    settings = [f"--env={key}={value}" for key, value in variables.items()]
    publish = f"--publish=127.0.0.1:{port}:{variables.get('PORT', '8000')}"
    docker("run", "--detach", f"--name={name}", publish, *HARDENED, *settings, *options, image)
    try:
        yield Container(name, f"http://127.0.0.1:{port}")
    finally:
        docker("rm", "--force", "--volumes", name)


@contextmanager
def composed(folder: Path, *options: str, **variables: str) -> Iterator[list[str]]:
    """Start what the Compose file says, as the README does; return how to speak to it."""
    name = f"test-{uuid4().hex[:12]}"
    # A network and an image of its own, and none that another run has at the same time.
    net = f"10.213.{os.getpid() % 200 + 20}"
    more = {"IMAGE": name, "SUBNET": f"{net}.0/24", "PROXY_ADDRESS": f"{net}.10", **variables}
    overrides = folder / "this-run.env"
    overrides.write_text("".join(f"{key}={value}\n" for key, value in more.items()))
    files = [f"--env-file={file}" for file in (folder / ".env", overrides) if file.exists()]
    command = ["compose", "--project-name", name, *files, *options]
    try:
        docker(*command, "up", "--build", "--wait", "--quiet-pull", folder=folder)
        yield command
    finally:
        docker(*command, "down", "--volumes", "--timeout=5", folder=folder)
        docker("image", "rm", "--force", name)
