"""Puts a server under load with wrk, and answers what it saw."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from decision.evidence.plan import Workload
from decision.evidence.processes import Broken, end

SCRIPT = Path(__file__).with_name("load.lua")


def put(url: str, workload: Workload, connections: int, seconds: int) -> dict[str, float]:
    """Keep so many connections busy for so long; each sends again when it was answered.

    Returns throughput (answers a second), p50, p95, p99 (ms, of the requests that were answered),
    mean (ms, by Little's law: connections over throughput), answered (answers per connection; below 2
    the percentiles know only who came first), failed (share of requests).
    """
    command = [
        "wrk", "--threads=1", f"--connections={connections}", f"--duration={seconds}s",
        "--timeout=60s", f"--script={SCRIPT}", url,
    ]  # fmt: skip
    environment = {
        **os.environ,
        "EVIDENCE_METHOD": workload.method,
        "EVIDENCE_BODY": workload.body,
        "EVIDENCE_TYPE": "application/json",
    }
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=seconds + 60)
    except subprocess.TimeoutExpired as error:
        raise Broken(f"wrk did not end within {seconds + 60} seconds.") from error
    finally:
        end(process)
    return seen(said, connections)


def seen(said: str, connections: int) -> dict[str, float]:
    summary: dict[str, Any] = {}
    for line in said.splitlines():
        if line.startswith("{"):
            summary = json.loads(line)
    if not summary:
        raise Broken(f"wrk said nothing that can be read:\n{said}")
    answers = summary["requests"]
    throughput = answers / summary["seconds"]
    failed = summary["refused"] + summary["broken"] + summary["status"] + summary["timeout"]
    return {
        "throughput": round(throughput, 1),
        "p50": round(summary["p50"], 2),
        "p95": round(summary["p95"], 2),
        "p99": round(summary["p99"], 2),
        "mean": round(1000 * connections / max(throughput, 0.1), 2),
        "answered": round(answers / connections, 2),
        "failed": round(failed / max(answers + failed, 1), 4),
    }
