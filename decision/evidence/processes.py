"""Starts what is measured, and ends it by its process id, whatever happens."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from decision.engine import ROOT

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Broken(Exception):
    """A process that should have answered did not; the text has what it said."""


def free_port() -> int:
    """Return a port that the system holds back for about a minute (TIME_WAIT, RFC 9293).

    One that is merely free goes, now and then, to another process before its server listens.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            listening.accept()[0].close()
    return port


@contextmanager
def running(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    *,
    ended_by: signal.Signals = signal.SIGKILL,
    **options: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run in a process group of its own, which ends with this block."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            cwd=options.pop("cwd", ROOT),
            env={**os.environ, **(environment or {})},
            stdout=said,
            stderr=said,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  this process has one thread
            **options,
        )
        try:
            yield process
        except Broken as error:
            said.seek(0)
            raise Broken(f"{error}\n{said.read()[-2000:].decode(errors='replace')}") from error
        finally:
            end(process, ended_by)


def _end_with_parent() -> None:
    """Ask the kernel to end this process when the tool is killed and can no longer do it."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end(process: subprocess.Popen[Any], by: signal.Signals = signal.SIGKILL) -> None:
    """End the process and its group, asked first if `by` is no kill."""
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        if by != signal.SIGKILL:
            process.send_signal(by)
            process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tree(pid: int) -> list[int]:
    """Return the process and all below it."""
    pids = [pid]
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text(encoding="ascii").split():
                pids += tree(int(child))
    return pids


def memory(pid: int) -> dict[str, float]:
    """Return MiB: `tree`, everything below `pid` with shared pages counted once; `process`, the
    largest of them by itself."""
    shares, sizes = [0], [0]
    for each in tree(pid):
        with suppress(OSError):
            lines = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
            fields = {line.split(":")[0]: int(line.split()[1]) for line in lines}
            shares.append(fields["Pss"])
            sizes.append(fields["Rss"])
    return {"tree": round(sum(shares) / 1024, 2), "process": round(max(sizes) / 1024, 2)}


def wait_until(answers: Any, process: subprocess.Popen[bytes], seconds: float) -> None:
    """Ask again and again until there is an answer, the process ends, or the time is up."""
    limit = time.monotonic() + seconds
    while not answers():
        if process.poll() is not None:
            raise Broken(f"It ended with {process.returncode} before it answered.")
        if time.monotonic() > limit:
            raise Broken(f"No answer within {seconds:g} seconds.")
        time.sleep(0.005)
