"""The machine: what it is, what it allows, and what else it is doing."""

from __future__ import annotations

import os
import platform
import re
import resource
import shutil
import subprocess
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "fastapi", "starlette", "pydantic", "uvicorn", "uvloop", "httptools", "flask", "werkzeug",
    "gunicorn", "gevent", "quart", "a2wsgi", "psycopg",
)  # fmt: skip
QUIET = 0.15  # of all cores; more than this in other hands, and figures wander


class Unfit(Exception):
    """This machine cannot measure; the text says what to do about it."""


def check(connections: int) -> None:
    """Refuse before the first server, in one sentence, what would fail later."""
    if platform.system() != "Linux":
        raise Unfit("This measures on Linux only: it reads /proc.")
    if not shutil.which("wrk"):
        raise Unfit("wrk makes the load and is missing: apt-get install wrk, or brew install wrk.")
    raise_open_files(connections)


def raise_open_files(connections: int) -> None:
    """Allow this process and its children as many open files as the machine lets them have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    needed = connections + 500
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise Unfit(
            f"{connections:,} connections need {needed:,} open files and this machine allows "
            f"{hard:,}: raise the hard limit (ulimit -Hn {needed}), or leave them out "
            f"(--connections {max(hard - 500, 10)})."
        )


def described() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "system": _system(),
        "kernel": platform.release().split("-")[0],
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def versions() -> dict[str, str]:
    found_versions = {}
    for name in PACKAGES:
        try:
            found_versions[name] = version(name)
        except PackageNotFoundError:
            found_versions[name] = "missing"
    said = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False)
    if match := re.search(r"wrk \S*?(\d+\.\d+\.\d+)", said.stdout + said.stderr):
        found_versions["wrk"] = match[1]
    return found_versions


def load_average() -> float:
    return round(os.getloadavg()[0], 2)


def others(seconds: float = 0.5) -> float:
    """Return the share of all cores that is in other hands, while nothing of ours runs."""
    before = _ticks()
    time.sleep(seconds)
    busy, total = (after - start for after, start in zip(_ticks(), before, strict=True))
    return round(busy / total, 2) if total else 0.0


def _ticks() -> tuple[int, int]:
    fields = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]
    numbers = [int(field) for field in fields]
    return sum(numbers) - numbers[3] - numbers[4], sum(numbers)


def _processor() -> str:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    found_versions = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    return found_versions[1] if found_versions else platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def environment(added: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **added}
