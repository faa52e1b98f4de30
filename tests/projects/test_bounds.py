"""The oldest versions that a project allows are versions that it works with."""

import re
import shutil
from pathlib import Path

import pytest

from tests.matrix.plugin import GATE, variant_of
from tests.matrix.variants import DEEP, served_by
from tests.projects.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.step("oldest")]

SERVERS = served_by(hybrids=False)
# What a change waits for: that several workers start, answer and end, and what is closest to the
# libraries that are named. Everything else is asked at night.
ENDS = "two_workers or still_start"
CLOSEST = "storage or test_cli or test_tokens or test_passwords or test_docs or (test_todos and not served)"


def with_the_oldest(project: Project, folder: Path) -> Project:
    """A copy of the project with the oldest versions that it names."""
    ignored = shutil.ignore_patterns(".venv", "uv.lock", "*.log", "*.db*")
    mine = Project(shutil.copytree(project.folder, folder / "project", ignore=ignored))
    mine.run("uv sync --quiet --resolution lowest-direct")
    return mine


# A bound is about one library and whoever uses it: each framework, database, auth and server in turn.
@pytest.mark.only(*DEEP, *served_by())
@pytest.mark.gate("fastapi-postgresql-jwt", "flask-postgresql-oidc", *SERVERS)
def test_the_oldest_versions_it_allows_are_enough(
    project: Project, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    mine = with_the_oldest(project, tmp_path)
    asked, least = "", 100
    if request.config.option.matrix == GATE:
        of_a_server = variant_of(request.node) in SERVERS
        asked = f"-k '{ENDS}'" if of_a_server else f"-k '{ENDS} or {CLOSEST}'"
        least = 2 if of_a_server else 100
    printed = mine.run(f"uv run --no-sync pytest --quiet {asked}")
    # A name that no test has any more would leave it out without a word.
    [passed] = re.findall(r"^(\d+) passed", printed, re.MULTILINE)
    assert int(passed) >= least, printed[-500:]
