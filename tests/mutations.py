"""Removes each protection of rendered projects, and checks that their tests notice.

    uv run python -m tests.mutations --guard ownership --variant flask-sqlite-jwt

A comment `# guard: NAME` in the template marks the line that protects; `mutations.yml` has a row for
each. A mark in several files of a project, one per framework, is removed from one file at a time.
"""

import argparse
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from xml.etree import ElementTree

import yaml

from tests.conftest import ROOT, snapshot
from tests.projects.project import Project

ROWS = Path(__file__).with_suffix(".yml")
MARK = re.compile(r"^( *)(\S.*?)  # guard: ([a-z0-9-]+)$", re.MULTILINE)
# The team's tests come first: what they notice needs no deep tests.
SUITES = {"own": ("tests", "--ignore=tests/deep"), "deep": ("tests/deep",)}
# Each limit is in seconds, for one run of a suite. `timeout` interrupts pytest, which then stops
# the servers that it has started.
PYTEST = "timeout --signal=INT --kill-after=60 1200 .venv/bin/python -m pytest -n auto -x -q"
# A change that lets nothing start shows nothing about the protection.
BROKEN = re.compile(
    r"\b(Import|Indentation|ModuleNotFound|Name|Syntax)Error\b|ended at once|collection failure"
)


@dataclass(frozen=True)
class Row:
    """A protection, and the projects in which it is removed.

    `without` replaces the marked line. By default the condition of an `if` is False, and any other
    statement is `pass`. `tests` are files to run before the rest of their suite.
    """

    guard: str
    row: str
    title: str
    variants: tuple[str, ...]
    without: str | None = None
    tests: tuple[str, ...] = ()

    def files(self, project: Path) -> list[Path]:
        """Return the source files that have the mark."""
        return [path for path, guard in marks(project / "src") if guard == self.guard]

    def removed(self, source: str) -> str:
        """Return the source without the protection."""
        return MARK.sub(lambda mark: mark[0] if mark[3] != self.guard else self._line(mark), source)

    def _line(self, mark: re.Match[str]) -> str:
        default = "if False:" if mark[2].startswith("if ") else "pass"
        return mark[1] + (default if self.without is None else self.without)


def marks(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each mark below the folder: its file and its name."""
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.py.jinja")]):
        for mark in MARK.finditer(path.read_text(encoding="utf-8")):
            yield path, mark[3]


def load() -> list[Row]:
    rows = yaml.safe_load(ROWS.read_text(encoding="utf-8"))
    lists = ("variants", "tests")
    return [Row(**row | {name: tuple(row.get(name, "").split()) for name in lists}) for row in rows]


def answers(variant: str) -> dict[str, str]:
    return dict(zip(("framework", "database", "auth"), variant.split("-"), strict=True))


@dataclass(frozen=True)
class Bench:
    """An installed project, whose files are changed one at a time."""

    project: Project
    suites: dict[str, Sequence[str]] = field(default_factory=lambda: dict(SUITES))
    _passed: set[str] = field(default_factory=set)

    @classmethod
    def install(cls, variant: str, template: Path, folder: Path) -> "Bench":
        data_values = {"project_name": "Orders API", "kit_tests": "true", **answers(variant)}
        file = f"--data-file={ROOT / 'tests/answers'}/{data_values['framework']}.yml"
        data = [f"--data={question}={answer}" for question, answer in data_values.items()]
        project = Project.render(template, folder / variant, file, *data)
        project.run("uv sync --quiet --compile-bytecode")
        return cls(project)

    def judge(self, path: Path, changed: str, tests: Sequence[str] = ()) -> tuple[str, str]:
        """Return the suite that notices the change, or none or broken; and the first failure."""
        source = path.read_text(encoding="utf-8")
        for name, suite in self.suites.items():
            first = [test for test in tests if test.startswith("tests/deep") == (name == "deep")]
            self._check(name, suite)
            path.write_text(changed, encoding="utf-8")
            try:
                failure = (first and self._failure(first)) or self._failure(suite)
            finally:
                path.write_text(source, encoding="utf-8")
            if failure:
                return ("broken" if BROKEN.search(failure) else name), failure
        return "none", ""

    def _check(self, name: str, suite: Sequence[str]) -> None:
        """Exit unless the suite passes while nothing is changed."""
        if name not in self._passed and (failure := self._failure(suite)):
            sys.exit(f"{self.project.folder.name}: the {name} tests fail anyway: {failure}")
        self._passed.add(name)

    def _failure(self, suite: Sequence[str]) -> str:
        """Run tests, and return the first that failed with its message; or an empty string."""
        report = self.project.folder.with_suffix(".xml")
        report.unlink(missing_ok=True)
        command = f"{PYTEST} -p no:cacheprovider --tb=line --junitxml={report} {shlex.join(suite)}"
        # Python knows compiled files by size and second: a change might keep both. And a test that
        # depends on the order of a set must fail always or never.
        fixed = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
        done = self.project.attempt(command, **fixed)
        if done.returncode == 0:
            return ""
        for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
            for problem in (*case.iter("failure"), *case.iter("error")):
                test = f"{case.get('classname', '')}::{case.get('name')}"
                return f"{test} {' '.join(problem.get('message', '').split())}"
        return f"collection failure: pytest ended with {done.returncode}\n{done.stdout[-2000:]}"


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.mutations", description=__doc__)
    parser.add_argument("--guard", action="append", help="only this one; repeatable")
    parser.add_argument("--variant", action="append", help="only this project; repeatable")
    options = parser.parse_args()
    rows = [row for row in load() if not options.guard or row.guard in options.guard]
    names = sorted({variant for row in rows for variant in row.variants})
    names = [name for name in names if not options.variant or name in options.variant]
    if not names:
        sys.exit("No row matches.")
    print("| guard | variant | file | noticed by | test | seconds |\n" + "| --- " * 6 + "|")
    survived = 0
    with tempfile.TemporaryDirectory(prefix="mutations-", ignore_cleanup_errors=True) as folder:
        template = snapshot(Path(folder) / "template")
        for variant in names:
            bench = Bench.install(variant, template, Path(folder))
            for row in (row for row in rows if variant in row.variants):
                for path in row.files(bench.project.folder):
                    start = perf_counter()
                    changed = row.removed(path.read_text(encoding="utf-8"))
                    suite, failure = bench.judge(path, changed, row.tests)
                    seconds = f"{perf_counter() - start:.0f}"
                    file = str(path.relative_to(bench.project.package))
                    text = failure if suite == "broken" else failure.partition(" ")[0]
                    cells = row.guard, variant, file, suite, text.replace("|", "/"), seconds
                    print(f"| {' | '.join(cells)} |", flush=True)
                    survived += suite in ("none", "broken")
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main())
