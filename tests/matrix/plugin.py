"""Which variants are tested, and the table of what became of them: options and hooks of pytest."""

import hashlib
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, working_tree
from tests.matrix.table import Table
from tests.matrix.variants import DEEP, variants

GATE, ALL = "gate", "all"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("matrix", "the matrix of rendered projects")
    group.addoption(
        "--matrix",
        default=GATE,
        help="gate (the default): long steps on few variants; all: every step on every variant; "
        "2/5: the second fifth of that, and nothing else",
    )
    group.addoption("--variant", help="every step on this one variant, and nothing else")
    group.addoption(
        "--resume",
        action="store_true",
        help="leave out what passed on this very tree, but in the table",
    )
    group.addoption("--seed", type=int, help="which answers are drawn; by default others each time")
    group.addoption("--sample", type=int, default=400, help="how many combinations are drawn")
    group.addoption(
        "--failures",
        type=Path,
        help="keep the projects of failed tests in this folder, and why; with =, or pytest takes a "
        "folder that is there already for one of tests",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.option.seed is None:  # Workers are told by the process that starts them.
        config.option.seed = int(os.environ.get("GITHUB_RUN_ID") or time.time())
    if config.option.matrix not in (GATE, ALL):
        _part(config.option.matrix)  # What cannot be is said at once.
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Record(config), "matrix-record")


def pytest_report_header(config: pytest.Config) -> str:
    return f"matrix: {_which(config)}, --seed {config.option.seed}"


def _which(config: pytest.Config) -> str:
    return (
        f"--variant {one}" if (one := config.option.variant) else f"--matrix {config.option.matrix}"
    )


def chosen(config: pytest.Config, *, deep: bool, names: Iterable[str] = ()) -> list[str]:
    """Return the variants that a step is run on; a `deep` one in the gate on `names` alone."""
    if config.option.variant:
        return [config.option.variant]
    if config.option.matrix in (GATE, ALL):
        return list(names or DEEP) if deep and config.option.matrix == GATE else [*variants()]
    return _part(config.option.matrix)


def _part(asked: str) -> list[str]:
    number, _, parts = asked.partition("/")
    if not (number.isdigit() and parts.isdigit() and 1 <= int(number) <= int(parts)):
        raise pytest.UsageError(f"--matrix is gate, all or a part such as 2/5, not {asked}")
    return [*variants()][int(number) - 1 :: int(parts)]


def variant_of(item: pytest.Item) -> str | None:
    """Return the variant that a test is about, if it is about one."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    found = parameters.get("project", parameters.get("variant"))
    return found if isinstance(found, str) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    only = None if config.option.matrix in (GATE, ALL) else {*chosen(config, deep=False)}
    only = {config.option.variant} if config.option.variant else only
    passed = Passed(config).read() if config.option.resume else {}
    kept = []
    for item in items:
        variant, step = variant_of(item), item.get_closest_marker("step")
        if (only and variant not in only) or item.nodeid in passed:
            continue
        if step:
            item.user_properties += [("variant", variant or ""), ("step", step.args[0])]
        kept.append(item)
    if left := [item for item in items if item not in {*kept}]:
        config.hook.pytest_deselected(items=left)
    # What takes long comes first: at the end, no worker waits for another.
    items[:] = sorted(kept, key=lambda item: not {"slow", "projects"} & {*item.keywords})


class Passed:
    """What has passed on this very tree, and in how many seconds; in pytest's own cache."""

    def __init__(self, config: pytest.Config) -> None:
        self._file = config.cache.mkdir("matrix") / tree()

    def read(self) -> dict[str, list[Any]]:
        """Return, by the name of each test, its variant and step, both "" for none, and its time."""
        lines = self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []
        return {test: rest for test, *rest in map(json.loads, lines)}

    def add(self, *test: str | float) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(test)}\n")


def tree() -> str:
    """Return a name for what is in the working tree."""
    digest = hashlib.sha256()
    for path in sorted(working_tree()):
        digest.update(f"{path}\0".encode() + (ROOT / path).read_bytes() + b"\0")
    return digest.hexdigest()[:24]


class Record:
    """Keeps what becomes of each test, in the process that starts the others."""

    def __init__(self, config: pytest.Config) -> None:
        self._table = Table()
        self._passed = Passed(config)
        self._spoilt: set[str] = set()
        self._seconds: dict[str, float] = defaultdict(float)
        if config.option.resume:
            asked = chosen(config, deep=False)
            for test, (variant, step, seconds) in self._passed.read().items():
                if variant in asked:
                    self._table.add(variant, step, test, seconds, "passed")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = report.nodeid.rsplit("@", 1)[0]  # xdist puts the group there.
        about = {name: str(value) for name, value in report.user_properties}
        variant, step = about.get("variant", ""), about.get("step", "")
        self._seconds[test] += report.duration
        if report.outcome != "passed":
            self._spoilt.add(test)
        elif report.when == "teardown" and test not in self._spoilt:
            self._passed.add(test, variant, step, self._seconds[test])
        if variant:
            self._table.add(variant, step, test, report.duration, report.outcome)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if lines := self._table.lines():
            terminalreporter.section("matrix")
            for line in lines:
                terminalreporter.write_line(line)
