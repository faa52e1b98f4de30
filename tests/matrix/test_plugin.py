"""The options of the matrix choose what they say; its table says what became of it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, git, snapshot
from tests.matrix.plugin import chosen
from tests.matrix.table import Table
from tests.matrix.variants import DEEP, variants

TEST = "tests/projects/test_x.py::test_it[flask-none-none]"


def test_the_table_has_a_row_for_each_variant_and_a_column_for_each_step() -> None:
    table = Table()
    table.add("flask-none-none", "install", "a", 2.04, "passed")
    table.add("flask-none-none", "lint", "b", 1, "passed")
    table.add("fastapi-none-none", "install", "c", 0.5, "skipped")
    assert [line.split() for line in table.lines()] == [
        ["variant", "install", "lint", "all"],
        ["fastapi-none-none", "0.5", "SKIPPED", "-", "0.5"],
        ["flask-none-none", "2.0", "1.0", "3.0"],
    ]


def test_what_failed_stays_failed_and_can_be_run_again_by_one_command() -> None:
    table = Table()
    for outcome in ("passed", "failed", "passed"):
        table.add("flask-none-none", "boot", TEST, 1, outcome)
    *_, row, again = table.lines()
    assert row.split()[1:3] == ["3.0", "FAILED"]
    assert again == f"again: uv run pytest --variant flask-none-none '{TEST}'"


def test_without_variants_there_is_no_table() -> None:
    assert Table().lines() == []


@pytest.fixture
def config(request: pytest.FixtureRequest) -> Iterator[pytest.Config]:
    """The options of this run, to be changed."""
    option = request.config.option
    before = option.matrix, option.variant
    option.matrix, option.variant = "gate", None
    yield request.config
    option.matrix, option.variant = before


def test_the_gate_has_short_steps_on_all_and_long_ones_on_few(config: pytest.Config) -> None:
    assert chosen(config, deep=False) == [*variants()]
    assert chosen(config, deep=True) == [*DEEP]
    assert chosen(config, deep=True, names=["flask-none-none"]) == ["flask-none-none"]


def test_all_has_every_step_on_all(config: pytest.Config) -> None:
    config.option.matrix = "all"
    assert chosen(config, deep=True, names=["flask-none-none"]) == [*variants()]


@pytest.mark.parametrize("parts", [1, 4, 7])
def test_parts_are_the_whole_and_have_nothing_twice(config: pytest.Config, parts: int) -> None:
    found = []
    for number in range(1, parts + 1):
        config.option.matrix = f"{number}/{parts}"
        found += chosen(config, deep=True)
    assert sorted(found) == sorted(variants())


@pytest.mark.parametrize("part", ["0/3", "4/3", "1", "a/b", "/"])
def test_what_is_no_part_is_said(config: pytest.Config, part: str) -> None:
    config.option.matrix = part
    with pytest.raises(pytest.UsageError, match=re.escape(part)):
        chosen(config, deep=False)


def test_one_variant_has_every_step(config: pytest.Config) -> None:
    config.option.variant = "flask-none-none"
    assert chosen(config, deep=True, names=["fastapi-none-none"]) == ["flask-none-none"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of this one, whose tests can be run without getting into those that run."""
    folder = snapshot(tmp_path / "repository")
    git("init", "--quiet", cwd=folder)
    return folder


def run(repository: Path, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "--no-header", *options],
        cwd=repository, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


@pytest.mark.slow
def test_what_passed_is_left_out_until_the_tree_is_another(repository: Path) -> None:
    tests = ["tests/matrix/test_plugin.py", "-k", "table"]
    assert "2 passed" in run(repository, *tests)
    assert "2 passed" in run(repository, *tests), "Only who asks for it leaves something out."
    assert "0 selected" in run(repository, *tests, "--resume")
    (repository / "copier.yml").write_text((ROOT / "copier.yml").read_text() + "# changed\n")
    assert "2 passed" in run(repository, *tests, "--resume")


PASSING = """
import pytest

@pytest.mark.step("lint")
@pytest.mark.parametrize("variant", ["flask-none-none", "hybrid-postgresql-jwt"])
def test_it(variant): ...
"""


@pytest.mark.slow
def test_of_what_is_left_out_since_it_passed_the_time_is_still_told(repository: Path) -> None:
    (repository / "tests/test_passing.py").write_text(PASSING)
    assert "2 passed" in run(repository, "tests/test_passing.py")
    resumed = run(repository, "tests/test_passing.py", "--resume", "--variant", "flask-none-none")
    assert "0 selected" in resumed
    assert re.search(r"^flask-none-none +\d+\.\d +\d+\.\d$", resumed, re.MULTILINE)
    assert "hybrid-postgresql-jwt" not in resumed


@pytest.mark.slow
def test_a_part_leaves_out_what_is_about_no_variant_of_it(repository: Path) -> None:
    listed = ["--collect-only", "--quiet", "tests/matrix/test_plugin.py", "tests/projects"]
    found = run(repository, *listed, "--matrix", "2/9")
    about, part = re.findall(r"\[(.+)\]$", found, re.MULTILINE), [*variants()][1::9]
    assert about and all(any(name in each for name in part) for each in about)
    assert "test_plugin" not in found
    alone = run(repository, *listed, "--variant", "flask-none-none")
    assert "[flask-none-none]" in alone
    assert "fastapi-" not in alone


FAILING = """
import pytest
from tests.projects.project import Project

@pytest.fixture
def project(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project/README.md").write_text("Read me.")
    return Project(tmp_path / "project")

def test_it(project):
    assert project.read("README.md") == ""
"""


@pytest.mark.slow
def test_of_what_fails_the_project_is_kept_and_why_it_failed(
    repository: Path, tmp_path: Path
) -> None:
    (repository / "tests/projects/test_failing.py").write_text(FAILING)
    kept = tmp_path / "kept"
    said = run(repository, "tests/projects/test_failing.py", "--failures", str(kept))
    assert "1 failed" in said
    assert (kept / "test_it0/README.md").read_text() == "Read me."
    assert "assert 'Read me.' == ''" in (kept / "test_it0/failed.txt").read_text()


def test_what_takes_long_comes_first(request: pytest.FixtureRequest) -> None:
    """Of the tests of this run: nobody waits at the end for one worker that has begun late."""
    long = [bool({"slow", "projects"} & {*item.keywords}) for item in request.session.items]
    assert long == sorted(long, reverse=True)
