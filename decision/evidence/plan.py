"""What is measured: which servers, which kinds of work, how many connections, how long."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from decision.evidence.subjects.hybrid import MOUNTED, THREADS
from decision.evidence.subjects.smallest import FRAMEWORKS

HERE = "decision.evidence.subjects"
# As many as can be open at once, plus some: a server's own limit is not what is compared.
CONNECTIONS, QUEUE, KEPT = 12_000, 4_096, 75


@dataclass(frozen=True)
class Workload:
    label: str
    method: str = "GET"
    body: str = ""


ORDER = json.dumps({"customer": "Ada", "lines": [{"sku": "A-1", "quantity": 2}] * 3})

WORKLOADS = {
    "plain": Workload("plain JSON"),
    "validated": Workload("validated input", "POST", ORDER),
    "io_wait": Workload("waiting for 50 ms"),
    "cpu": Workload("computing for about 1 ms"),
    "database": Workload("a row from PostgreSQL"),
    "stream": Workload("a stream of 5 parts in 100 ms"),
}


@dataclass(frozen=True)
class Subject:
    """One way to serve, in one process that answers."""

    label: str
    app: str
    server: tuple[str, ...]
    prefix: str = ""
    workloads: tuple[str, ...] = tuple(WORKLOADS)

    def command(self, port: int) -> list[str]:
        kind, *options = self.server
        serve = uvicorn if kind == "uvicorn" else gunicorn
        return [sys.executable, "-m", *serve(f"{HERE}.{self.app}", port), *options]


def uvicorn(app: str, port: int) -> list[str]:
    return [
        "uvicorn", app, "--factory", "--host=127.0.0.1", f"--port={port}", "--log-level=error",
        "--no-access-log", f"--backlog={QUEUE}", f"--timeout-keep-alive={KEPT}",
    ]  # fmt: skip


def gunicorn(app: str, port: int) -> list[str]:
    return [
        "gunicorn", f"{app}()", f"--bind=127.0.0.1:{port}", "--log-level=error", "--workers=1",
        f"--backlog={QUEUE}", f"--keep-alive={KEPT}", f"--worker-connections={CONNECTIONS}",
        "--timeout=600", "--no-control-socket",
    ]  # fmt: skip


def threads(number: int) -> tuple[str, ...]:
    return ("gunicorn", "--worker-class=gthread", f"--threads={number}")


WAITS, VALIDATES = ("io_wait",), ("validated",)

SUBJECTS = {
    "fastapi_async": Subject("FastAPI, async def", "fastapi_async:create_app", ("uvicorn",)),
    "fastapi_sync": Subject("FastAPI, def", "fastapi_sync:create_app", ("uvicorn",)),
    "flask_sync": Subject(
        "Flask, sync", "flask_views:create_app", ("gunicorn", "--worker-class=sync")
    ),
    "flask_threads": Subject(
        f"Flask, {THREADS} threads", "flask_views:create_app", threads(THREADS)
    ),
    "flask_gevent": Subject(
        "Flask, gevent", "flask_views:create_app", ("gunicorn", "--worker-class=gevent")
    ),
    "quart": Subject("Quart", "quart_async:create_app", ("uvicorn",)),
    "hybrid": Subject("Hybrid, mounted Flask", "hybrid:create_app", ("uvicorn",), MOUNTED),
    "hybrid_front": Subject(
        "Hybrid, FastAPI in front", "hybrid:create_app", ("uvicorn",), workloads=WAITS
    ),
    "flask_1000_threads": Subject(
        "Flask, 1,000 threads", "flask_views:create_app", threads(1000), workloads=WAITS
    ),
    "blocking_call": Subject(
        "Mistake: a blocking call in async def", "mistakes:blocking_call", ("uvicorn",),
        workloads=WAITS,
    ),
    "async_views": Subject(
        f"Mistake: async def in Flask, {THREADS} threads", "mistakes:async_views",
        threads(THREADS), workloads=WAITS,
    ),
    "unvalidated": Subject(
        "Mistake: a body used as it comes", "mistakes:unvalidated", threads(THREADS),
        workloads=VALIDATES,
    ),
}  # fmt: skip

# What a mistake in reading a body costs is counted in errors, and needs no load.
LOADED = tuple(name for name, each in SUBJECTS.items() if each.workloads != VALIDATES)
VALIDATING = ("fastapi_async", "flask_threads", "quart", "unvalidated")

# To `validated`; none of them is an order.
MALFORMED = (
    '{"customer": "Ada", "lines": [{"sku": "A-1", "quantity": "two"}]}',
    '{"customer": "Ada", "lines": [{"sku": "A-1", "quantity": -2}]}',
    '{"customer": "Ada", "lines": [{"sku": "", "quantity": 2}]}',
    '{"customer": "Ada", "lines": [{"sku": "A-1"}]}',
    '{"customer": "Ada", "lines": []}',
    '{"customer": "Ada"}',
    '{"customer": 7, "lines": [{"sku": "A-1", "quantity": 2}]}',
    '{"customer": "Ada", "admin": true, "lines": [{"sku": "A-1", "quantity": 2}]}',
    '["Ada"]',
)


@dataclass(frozen=True)
class Step:
    """One thing to measure, done in one go: with a server of its own, if it needs one."""

    round: int
    kind: str  # alone, load, crowd, bodies
    subject: str
    workload: str = ""

    @property
    def id(self) -> str:
        return ".".join(filter(None, (str(self.round), self.kind, self.workload, self.subject)))


@dataclass(frozen=True)
class Plan:
    """How much of it: all, or enough to see that everything works."""

    rounds: int
    # Seconds under load, by open connections.
    seconds: dict[int, int]
    workloads: tuple[str, ...]
    subjects: tuple[str, ...]
    alone: tuple[str, ...]
    crowd: int  # connections for what a connection and a request that waits take
    hold: float  # seconds that each of them waits
    loads: int  # times that an application is loaded by itself, in each round

    def steps(self) -> Iterator[Step]:
        """Everything there is to do; every other round goes backwards.

        So whoever is measured late in one round is measured early in the next.
        """
        for number in range(1, self.rounds + 1):
            turn = slice(None, None, 1 if number % 2 else -1)
            yield from (Step(number, "alone", name) for name in self.alone[turn])
            for workload in self.workloads:
                subjects = [n for n in self.subjects if workload in SUBJECTS[n].workloads]
                yield from (
                    Step(number, "load", name, workload)
                    for name in subjects[turn]
                    if name in LOADED
                )
            yield from (
                Step(number, "crowd", name) for name in self.subjects[turn] if name in LOADED
            )
            yield from (
                Step(number, "bodies", name) for name in self.subjects[turn] if name in VALIDATING
            )

    def seconds_of(self, step: Step) -> float:
        """About how long a step takes."""
        boot = 1.0
        return {
            "alone": 2.5 * self.loads,
            "load": boot + sum(self.seconds.values()) + 0.3 * len(self.seconds),
            "crowd": boot + 0.5 + 2.4 * self.hold,
            "bodies": boot,
        }[step.kind]


FULL = Plan(
    rounds=3,
    seconds={10: 1, 50: 1, 100: 1, 1_000: 2, 10_000: 6},
    workloads=tuple(WORKLOADS),
    subjects=tuple(SUBJECTS),
    alone=tuple(FRAMEWORKS),
    crowd=1_000,
    hold=1.5,
    loads=2,
)
QUICK = Plan(
    rounds=1,
    seconds={10: 1},
    workloads=("plain", "io_wait"),
    subjects=("fastapi_async", "flask_threads"),
    alone=("fastapi", "flask"),
    crowd=100,
    hold=0.5,
    loads=1,
)
