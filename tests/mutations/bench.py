"""Runs tests of a project in copies of it, so that the project itself is never changed."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT
from typing import Literal
from xml.etree import ElementTree

from tests.mutations.mutation import Mutation, answers
from tests.projects.conftest import rendered
from tests.projects.project import Project, environment

TIMEOUT = 300  # Seconds, for the tests of one mutation.
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*_cache", "*.db*", "*.log")

# A change that lets nothing start shows nothing about the protection.
STARTS_NOTHING = (
    "ImportError",
    "IndentationError",
    "ModuleNotFoundError",
    "NameError",
    "SyntaxError",
    "AssertionError: The server ended at once",
)

Outcome = Literal["caught", "survived", "broken"]


class Unfit(Exception):
    """Tests do not pass, or do not run, before anything is changed."""


@dataclass(frozen=True)
class Case:
    """One test that has run."""

    name: str
    outcome: Literal["passed", "failed", "error", "skipped"]
    said: str = ""

    def is_of(self, selected: str) -> bool:
        return self.name == selected or self.name.startswith((f"{selected}[", f"{selected}::"))


@dataclass(frozen=True)
class Run:
    """What pytest said."""

    status: int | None  # None: it had to be stopped.
    cases: list[Case]
    printed: str

    def of(self, outcome: str) -> list[Case]:
        return [case for case in self.cases if case.outcome == outcome]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutation; `said` by the first test that failed, or the reason why none."""

    mutation: Mutation
    project: str
    outcome: Outcome
    test: str
    said: str


@dataclass(frozen=True)
class Bench:
    """An installed project to take copies of."""

    name: str
    project: Project

    def check(self, tests: tuple[str, ...]) -> None:
        """Raise `Unfit` unless these run and pass while nothing is changed, by themselves."""
        with self._copy() as folder:
            self._uses(folder)
            run = self._test(folder, tests)
        if run.status != 0:
            raise Unfit(f"{self.name}: this fails before anything is changed.\n{run.printed}")
        passed = run.of("passed")
        idle = [test for test in tests if not any(case.is_of(test) for case in passed)]
        if idle:
            raise Unfit(f"{self.name}: of these no test ran: {', '.join(idle)}")

    def judge(self, mutation: Mutation) -> Verdict:
        """Take the protection out of a copy, and see who notices."""
        with self._copy() as folder:
            mutation.apply(folder)
            run = self._test(folder, mutation.tests)
        return Verdict(mutation, self.name, *_judged(run))

    @contextmanager
    def _copy(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix=f"{self.name}-", ignore_cleanup_errors=True) as own:
            yield shutil.copytree(self.project.folder, Path(own) / "project", ignore=LEFT_OUT)

    def _test(self, folder: Path, tests: tuple[str, ...]) -> Run:
        report = folder.with_name("report.xml")
        own = [f"--junitxml={report}", f"--basetemp={folder.with_name('tmp')}"]
        options = ["-q", "--exitfirst", "--tb=short", "-p", "no:cacheprovider"]
        with self._python(folder, "-m", "pytest", *options, *own, *tests) as process:
            status, printed = _finish(process)
        return Run(status, _cases(report), printed[-5000:])

    def _uses(self, folder: Path) -> None:
        """Make sure that what is tested is the copy: the installed package lies elsewhere."""
        package = self.project.package.name
        with self._python(folder, "-c", f"print(__import__({package!r}).__file__)") as process:
            place = process.communicate()[0].strip()
        if not Path(place).is_relative_to(folder):
            raise Unfit(f"{self.name}: not the copy is tested but {place}")

    def _python(self, folder: Path, *arguments: str) -> "subprocess.Popen[str]":
        # Python knows compiled files by size and second: a change might keep both.
        variables = environment(PYTHONPATH=str(folder / "src"), PYTHONDONTWRITEBYTECODE="1")
        return subprocess.Popen(
            [self.project.folder / ".venv/bin/python", *arguments],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def installed(name: str, template: Path, folder: Path) -> Bench:
    """Render the project of that name: see `answers`."""
    asked = answers(name)
    own = folder / name
    own.mkdir()
    framework = asked.pop("framework")
    options = [f"--data={question}={answer}" for question, answer in asked.items()]
    project = rendered(framework, template, own, *options)
    project.run("uv sync --quiet --compile-bytecode")  # Its tests are to write none.
    return Bench(name, project)


def _finish(process: "subprocess.Popen[str]") -> tuple[int | None, str]:
    try:
        printed = process.communicate(timeout=TIMEOUT)[0]
    except subprocess.TimeoutExpired:
        process.send_signal(SIGINT)  # So that pytest stops what it has started.
        try:
            printed = process.communicate(timeout=60)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            printed = ""
        return None, printed
    return process.returncode, printed


def _judged(run: Run) -> tuple[Outcome, str, str]:
    if run.status == 0:
        return "survived", "", "every test passed"
    if run.status is None:
        return "broken", "", f"no end after {TIMEOUT} s"
    failed = run.of("failed")
    if run.status != 1 or not failed:
        return "broken", "", f"pytest ended with {run.status}, no test failed\n{run.printed}"
    [first, *_] = failed
    outcome: Outcome = "broken" if first.said.startswith(STARTS_NOTHING) else "caught"
    return outcome, first.name, first.said


def _cases(report: Path) -> list[Case]:
    if not report.exists():
        return []
    return [_case(found) for found in ElementTree.parse(report).iter("testcase")]


def _case(found: ElementTree.Element) -> Case:
    name = f"{found.get('classname', '').replace('.', '/')}.py::{found.get('name')}"
    for tag, outcome in (("failure", "failed"), ("error", "error"), ("skipped", "skipped")):
        if (said := found.find(tag)) is not None:
            return Case(name, outcome, said.get("message", ""))  # type: ignore[arg-type]
    return Case(name, "passed")
