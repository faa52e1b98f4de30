"""Starts what is measured, and tells how long that takes and how much memory it has."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from urllib.request import ProxyHandler, build_opener

from .load import BenchError

ROOT = Path(__file__).parents[1]
# Whatever the environment says of proxies, this goes to this machine.
OPENER = build_opener(ProxyHandler({}))
_PATIENCE = 60


@dataclass(frozen=True)
class Running:
    """A server that is ready."""

    process: "subprocess.Popen[bytes]"
    port: int
    started: float  # Seconds from nothing to its first answer.


def production(folder: Path) -> str:
    """Return a Python in `folder` that has what production has: tools for development may take part.

    structlog, for one, imports what draws on terminals, if it is there. Without uv, this very one.
    """
    uv = os.environ.get("UV") or shutil.which("uv")
    if not uv:
        return sys.executable
    command = [uv, "sync", "--quiet", "--frozen", "--no-dev"]
    variables = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder / "venv")}
    variables.pop("VIRTUAL_ENV", "")
    done = subprocess.run(
        [*command, "--python", sys.executable], cwd=ROOT, env=variables,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BenchError(f"uv cannot install what production has: {_last_line(done.stderr)}")
    [python] = [
        *(folder / "venv").glob("bin/python"),
        *(folder / "venv").glob("Scripts/python.exe"),
    ]
    return str(python)


@contextmanager
def running(
    command: Sequence[str], port: int, path: str, where: Path, settings: Mapping[str, str]
) -> Iterator[Running]:
    """Run `python -m module` in `where`, which has no `.env`, until the end of the block.

    It is ready when it answers `path`. What it says goes to a file there.
    """
    log = where / f"{command[2]}.log"
    begun = perf_counter()
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            cwd=where,
            env={**environment(), **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _wait(process, f"http://127.0.0.1:{port}{path}", log)
            yield Running(process, port, perf_counter() - begun)
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def environment() -> dict[str, str]:
    """Return that of this process, in which `bench` is found from anywhere."""
    found = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, found))}


def seconds_to_import(python: str, code: str, where: Path, settings: Mapping[str, str]) -> float:
    """Return how long `code` takes in a new interpreter, without the start of that."""
    timed = f"import time\nat = time.perf_counter()\n{code}\nprint(time.perf_counter() - at)"
    done = subprocess.run(
        [python, "-c", timed],
        cwd=where,
        env={**environment(), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"It cannot be imported: {_last_line(done.stderr)}")
    return float(done.stdout.splitlines()[-1])


def mebibytes(pid: int) -> float | None:
    """Return the memory of a process and of all below it; pages that are shared count once.

    Linux alone tells it.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    return sum(_share(each) for each in _tree(pid)) / 1024


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in thread.read_text().split():
            yield from _tree(int(child))


def _share(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss: +(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = perf_counter() + _PATIENCE
    while perf_counter() < deadline:
        if process.poll() is not None:
            raise BenchError(
                f"{log.stem} does not start: {_last_line(log.read_text(errors='replace'))}"
            )
        try:
            with OPENER.open(url, timeout=5):
                return
        except OSError:  # URLError is one, and so is a connection that breaks off.
            sleep(0.005)
    raise BenchError(f"{log.stem} is not ready within {_PATIENCE} seconds; it was asked {url}.")


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it says nothing."])[-1]
