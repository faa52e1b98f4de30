"""Which tests and variants a run has, and how long its steps took: options and hooks of pytest.

Without options, a run has what every change needs. `--matrix all` has everything; that is for the night.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

import pytest

from tests.matrix.variants import DEEP, variants

GATE, ALL = "gate", "all"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("matrix", "the matrix of rendered projects")
    group.addoption(
        "--matrix",
        default=GATE,
        help="gate (the default): what every change needs; all: every step on every variant, and "
        "what is slow; 2/5: the second fifth of that",
    )
    group.addoption("--variant", help="every step on this one variant, and nothing else")
    group.addoption(
        "--failures",
        type=Path,
        help="keep the projects of failed tests in this folder; write it with =",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.option.matrix not in (GATE, ALL):
        part(config.option.matrix)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(), "matrix-report")


def part(text: str) -> tuple[int, int]:
    """Return the number of a part, from 0, and how many there are."""
    number, _, parts = text.partition("/")
    if not (number.isdigit() and parts.isdigit() and 1 <= int(number) <= int(parts)):
        raise pytest.UsageError(f"--matrix is gate, all or a part such as 2/5, not {text}")
    return int(number) - 1, int(parts)


def is_nightly(config: pytest.Config) -> bool:
    return bool(config.option.variant) or config.option.matrix != GATE


def chosen(config: pytest.Config, on_change: Iterable[str] | None) -> list[str]:
    """Return the variants for a step; on a change it has those named, of which none means `DEEP`."""
    if config.option.variant:
        return [config.option.variant]
    if is_nightly(config) or on_change is None:
        return [*variants()]
    return [*on_change] or [*DEEP]


def variant_of(item: pytest.Item) -> str | None:
    """Return the variant that a test is about, if it is about one."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    name = parameters.get("project", parameters.get("variant"))
    return name if isinstance(name, str) and name in variants() else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept = [item for item in items if _is_wanted(config, item)]
    if left := [item for item in items if item not in {*kept}]:
        config.hook.pytest_deselected(items=left)
    for item in kept:
        if step := item.get_closest_marker("step"):
            item.user_properties.append(("step", step.args[0]))
    items[:] = sorted(kept, key=_place)


def _place(item: pytest.Item) -> int:
    """Put the longest tests first, so that no worker waits for another at the end."""
    if item.path.stem == "test_deep":
        return 0
    return 1 if "projects" in item.keywords else 2 if "slow" in item.keywords else 3


def _is_wanted(config: pytest.Config, item: pytest.Item) -> bool:
    variant = variant_of(item)
    if config.option.variant:
        return bool(variant == config.option.variant)
    if config.option.matrix == GATE:
        return not item.get_closest_marker("nightly")
    if config.option.matrix == ALL:
        return True
    number, parts = part(config.option.matrix)
    # What is about no variant goes with the rest of its file.
    place = [*variants()].index(variant) if variant else crc32(item.path.name.encode())
    return place % parts == number


class Report:
    """Adds up the seconds of each step, and names the variants that failed."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.tests: dict[str, set[str]] = defaultdict(set)
        self.failed: dict[str, None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        folder = report.nodeid.split("::")[0].removeprefix("tests/").split("/")[0]
        step = str(dict(report.user_properties).get("step", folder))
        self.seconds[step] += report.duration
        self.tests[step].add(report.nodeid)
        if report.failed:
            self.failed[report.nodeid.rsplit("@", 1)[0]] = None

    def lines(self) -> list[str]:
        """Return a line for each step, the longest first, and the tests to run again."""
        steps = sorted(self.seconds, key=lambda step: -self.seconds[step])
        lines = [f"{self.seconds[step]:8.0f}  {step} ({len(self.tests[step])})" for step in steps]
        total = sum(self.seconds.values())
        return [*lines, f"{total:8.0f}  in all, of all workers"]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("seconds by step")
        for line in self.lines():
            terminalreporter.write_line(line)
        for test in self.failed:
            terminalreporter.write_line(f"again: uv run pytest --matrix all '{test}'")
