"""What a project hands to AWS Lambda, unpacked as it is there, and what calls it: its own runtime."""

import os
import re
import shutil
import subprocess
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.projects.project import Project, environment

# `Runtime` in the templates.
PYTHON = "3.13"
HOST = "abc123.execute-api.us-east-1.amazonaws.com"
ZIP = "build/lambda/function.zip"


@cache
def interpreter() -> Path | None:
    """Return a Python of the version that Lambda runs, if this machine has one."""
    name, pyenv = f"python{PYTHON}", Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    known = subprocess.run(
        ["uv", "python", "find", "--no-project", PYTHON],
        capture_output=True,
        text=True,
        check=False,
    )
    candidates = [Path(line) for line in known.stdout.splitlines()]
    candidates += pyenv.glob(f"versions/{PYTHON}.*/bin/{name}")
    return next(filter(_runs, candidates), None)


def _runs(program: Path) -> bool:
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def require_interpreter() -> Path:
    """Skip without it, loudly; where CI promises one, fail."""
    if candidates := interpreter():
        return candidates
    if os.environ.get("CI"):
        pytest.fail(f"Python {PYTHON} is missing: uv python install {PYTHON}")
    pytest.skip(f"Python {PYTHON} is missing: what is said about AWS Lambda is NOT tested here.")


@dataclass(frozen=True)
class Package:
    """The file that is deployed, and the folder that Lambda makes of it."""

    file: Path
    task: Path


def packaged(project: Project, task: Path, *options: str) -> Package:
    """Make the package as the README says, and unpack it."""
    # At the end, so that it is found, and nothing else becomes another.
    path = f"{os.environ['PATH']}{os.pathsep}{require_interpreter().parent}"
    done = subprocess.run(
        ["uv", "run", "poe", "package", *options],
        cwd=project.folder, env=environment(PATH=path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    file = task.with_suffix(".zip")
    shutil.copy2(project.folder / ZIP, file)
    with ZipFile(file) as archive:
        archive.extractall(task)
    return Package(file, task)


def client(folder: Path) -> None:
    """Install AWS's own client of the Runtime API."""
    made = ["uv", "venv", "--quiet", "--python", str(require_interpreter()), str(folder)]
    subprocess.run(made, check=True)
    python = folder / "bin/python"
    install = ["uv", "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python)]
    subprocess.run([*install, "awslambdaric"], check=True)


def event(
    method: str, path: str, headers: dict[str, str] | None = None, body: str | bytes = ""
) -> dict[str, Any]:
    """Return what an HTTP API hands over, in payload format 2.0.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    path, _, query = path.partition("?")
    coded = isinstance(body, bytes)
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "accept": "*/*",
            "content-length": str(len(body.encode() if isinstance(body, str) else body)),
            "host": HOST,
            "user-agent": "curl/8.14.1",
            "x-amzn-trace-id": "Root=1-67890abc-0123456789abcdef01234567",
            "x-forwarded-for": "203.0.113.9",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            **(headers or {}),
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": HOST,
            "domainPrefix": "abc123",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.9",
                "userAgent": "curl/8.14.1",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "20/Nov/2026:10:00:00 +0000",
            "timeEpoch": 1795168800000,
        },
        **({"body": b64encode(body).decode() if isinstance(body, bytes) else body} if body else {}),
        "isBase64Encoded": coded,
    }


def handler(project: Project, template: str) -> str:
    """Return what a template of the project names as its handler."""
    candidates = re.search(
        r"^ +Handler: (\S+)$", project.read(f"deploy/lambda/{template}"), re.MULTILINE
    )
    assert candidates
    return candidates[1]
