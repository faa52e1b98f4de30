"""The measurement: step by step, each written down before the next, so that it can be resumed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from decision.engine import ROOT
from decision.evidence import crowd, load, machine
from decision.evidence.plan import MALFORMED, SUBJECTS, WORKLOADS, Plan, Step
from decision.evidence.processes import Broken, memory
from decision.evidence.results import Results, single
from decision.evidence.served import Served, serving
from decision.evidence.subjects import database

Say = Callable[[str], None]


class Measurement:
    """What was found so far; `state` is what a resumed run goes on with."""

    def __init__(self, plan: Plan, url: str, file: Path, say: Say) -> None:
        self.plan, self.url, self.file, self.say = plan, url, file, say
        self.state: dict[str, Any] = {
            "plan": _described(plan), "begun": _now(), "took": 0.0, "done": [], "samples": {},
            "boots": {}, "conditions": [],
        }  # fmt: skip

    def resume(self) -> None:
        """Go on with what a stopped run has left, if it followed the same plan."""
        if self.file.exists():
            left = json.loads(self.file.read_text(encoding="utf-8"))
            if left["plan"] == self.state["plan"]:
                self.state = left

    def run(self) -> Results:
        steps = list(self.plan.steps())
        done = set(self.state["done"])
        todo = [step for step in steps if step.id not in done]
        group: tuple[int, str, str] | None = None
        for number, step in enumerate(todo, len(steps) - len(todo) + 1):
            begun = time.monotonic()
            if group != (group := (step.round, step.kind, step.workload)):
                self._look_around(step)
            left = sum(self.plan.seconds_of(each) for each in todo[number - len(steps) - 1 :])
            self.say(f"[{number}/{len(steps)}, about {_minutes(left)} left] {_title(step)}")
            self._measure(step)
            self.state["done"].append(step.id)
            self.state["took"] += time.monotonic() - begun
            self._save()
        return self._results()

    def _look_around(self, step: Step) -> None:
        seen: dict[str, Any] = {
            "round": step.round, "before": step.workload or step.kind, "at": _now(),
            "load_average": machine.load_average(), "others": machine.others(),
        }  # fmt: skip
        self.state["conditions"].append(seen)
        if seen["others"] > machine.QUIET:
            self.say(
                f"  WARNING: others keep {seen['others']:.0%} of this machine busy (load average "
                f"{seen['load_average']}): figures will wander. Repeat it when it is quiet."
            )

    def _measure(self, step: Step) -> None:
        try:
            {
                "alone": self._alone,
                "load": self._load,
                "crowd": self._crowd,
                "bodies": self._bodies,
            }[step.kind](step)
        except Broken as error:
            # The others are worth their figures; a test sees which of those that are cited are gone.
            self.say(f"  FAILED, left out: {error}")

    def _alone(self, step: Step) -> None:
        """Load the smallest application, with its bytecode and without."""
        command = [sys.executable, "-m", "decision.evidence.subjects.smallest", step.subject]
        for kind in ("cached", "uncached"):
            runs = [_timed(command, cached=kind == "cached") for _ in range(self.plan.loads)]
            seconds = median(each[0] for each in runs)
            self._note(f"cold_start.{kind}.{step.subject}", step, seconds)
            self.say(f"  {seconds:.2f} s to the first answer, bytecode {kind}")
        self._note(f"memory.loaded.{step.subject}", step, round(runs[-1][1], 2))

    def _load(self, step: Step) -> None:
        levels = list(self.plan.seconds)
        while levels:
            with self._serving(step) as server:
                levels = self._climb(step, server, levels)

    def _climb(self, step: Step, server: Served, levels: list[int]) -> list[int]:
        """Measure one level after the other; return those that need a fresh server."""
        for done, connections in enumerate(levels):
            if done and not server.recovered(step.workload):
                return levels[done:]
            seconds = self.plan.seconds[connections]
            url = server.url(step.workload)
            seen = load.put(url, WORKLOADS[step.workload], connections, seconds)
            for measure, value in seen.items():
                self._note(single(step.workload, connections, measure, step.subject), step, value)
            self.say(
                f"  {connections:>6,} connections: {seen['throughput']:>9,.0f}/s, "
                f"p95 {seen['p95']:,.0f} ms, failed {seen['failed']:.1%}"
            )
        return []

    def _crowd(self, step: Step) -> None:
        """Look at memory: the process, a connection that idles, a request that waits."""
        size, name = self.plan.crowd, step.subject
        with self._serving(step, {"EVIDENCE_WAIT": str(self.plan.hold)}) as server:
            for kind, mebibytes in memory(server.pid).items():
                self._note(f"memory.{kind}.{name}", step, mebibytes)
            if "plain" in SUBJECTS[name].workloads:
                self._note(f"memory.connection.{name}", step, crowd.idle(server, size))
            held, kibibytes, mebibytes = crowd.held(server, size, self.plan.hold)
            self._note(f"held.{size}.{name}", step, held)
            self._note(f"memory.waiting.{name}", step, kibibytes)
            self._note(f"memory.crowded.{name}", step, mebibytes)
            self.say(f"  holds {held:,} of {size:,} waiting requests, {kibibytes:.0f} KiB for each")

    def _bodies(self, step: Step) -> None:
        """Send what is no order; count what is refused as such, and what breaks the server."""
        with self._serving(step) as server:
            statuses = [server.ask("validated", body) for body in MALFORMED]
        for name, low in (("refused", 400), ("broke", 500)):
            share = sum(low <= status < low + 100 for status in statuses) / len(statuses)
            self._note(f"{name}.{step.subject}", step, round(share, 3))
        self.say(f"  answers {statuses}")

    @contextmanager
    def _serving(self, step: Step, environment: dict[str, str] | None = None) -> Iterator[Served]:
        """Boot a subject, and write down how long that took."""
        probe = step.workload or SUBJECTS[step.subject].workloads[0]
        variables = {database.URL: self.url, **(environment or {})}
        with serving(step.subject, variables, probe) as server:
            boots = self.state["boots"].setdefault(f"{step.round}.{step.subject}", [])
            boots.append(server.started)
            yield server

    def _note(self, name: str, step: Step, value: float) -> None:
        values = self.state["samples"].setdefault(name, [None] * self.plan.rounds)
        values[step.round - 1] = value

    def _save(self) -> None:
        self.file.parent.mkdir(exist_ok=True)
        half_written = self.file.with_suffix(".part")
        half_written.write_text(json.dumps(self.state), encoding="utf-8")
        half_written.replace(self.file)

    def _results(self) -> Results:
        return {
            "about": {"begun": self.state["begun"], "minutes": round(self.state["took"] / 60, 1)},
            "machine": machine.described(),
            "versions": machine.versions(),
            "plan": self.state["plan"],
            "conditions": self.state["conditions"],
            "samples": self.state["samples"] | self._starts() | _lines(self.plan.rounds),
        }

    def _starts(self) -> dict[str, list[float | None]]:
        starts: dict[str, list[float | None]] = {}
        for name, seconds in self.state["boots"].items():
            number, _, subject = name.partition(".")
            values = starts.setdefault(f"start.{subject}", [None] * self.plan.rounds)
            values[int(number) - 1] = round(median(seconds), 4)
        return starts


def _timed(command: list[str], *, cached: bool) -> tuple[float, float]:
    """Return the seconds until a process has ended and the MiB it says it came to."""
    with tempfile.TemporaryDirectory(prefix="evidence-") as empty:
        # Python looks for bytecode in a folder that has none, and leaves none there.
        fresh = {"PYTHONPYCACHEPREFIX": empty, "PYTHONDONTWRITEBYTECODE": "1"}
        begun = time.perf_counter()
        done = subprocess.run(
            command, cwd=ROOT, env=machine.environment({} if cached else fresh),
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - begun
    if done.returncode:
        raise Broken(done.stderr[-2000:])
    return round(seconds, 4), int(done.stdout) / 1024


def _lines(rounds: int) -> dict[str, list[float | None]]:
    """Count the lines of the same six endpoints that are code."""
    folder = Path(__file__).parent / "subjects"
    files = {"fastapi": "fastapi_sync.py", "flask": "flask_views.py", "quart": "quart_async.py"}
    return {
        f"lines.{name}": [_code_lines((folder / file).read_text(encoding="utf-8"))] * rounds
        for name, file in files.items()
    }


def _code_lines(text: str) -> int:
    lines = [line.strip() for line in text.splitlines()]
    return sum(bool(line) and not line.startswith(("#", '"""')) for line in lines)


def _described(plan: Plan) -> dict[str, Any]:
    return {
        "rounds": plan.rounds,
        "seconds": {str(connections): seconds for connections, seconds in plan.seconds.items()},
        "workloads": {name: WORKLOADS[name].label for name in plan.workloads},
        "subjects": {name: subject.label for name, subject in SUBJECTS.items()},
        "crowd": plan.crowd,
    }


def _title(step: Step) -> str:
    what = {
        "alone": "loading the smallest application",
        "crowd": "memory and held requests",
        "bodies": "malformed bodies",
    }.get(step.kind) or WORKLOADS[step.workload].label
    subject = SUBJECTS[step.subject].label if step.subject in SUBJECTS else step.subject
    return f"round {step.round}, {what}: {subject}"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds:.0f} s"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
