"""The oldest versions that a project allows are versions that it works with."""

import shutil
from pathlib import Path

import pytest

from tests.matrix.variants import served_by
from tests.projects.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.step("oldest")]

SERVERS = [name for name in served_by() if not name.startswith("hybrid")]


def with_the_oldest(project: Project, folder: Path) -> Project:
    """A copy of the project with the oldest versions that it names."""
    ignored = shutil.ignore_patterns(".venv", "uv.lock", "*.log", "*.db*")
    mine = Project(shutil.copytree(project.folder, folder / "project", ignore=ignored))
    mine.run("uv sync --quiet --resolution lowest-direct")
    return mine


@pytest.mark.gate("fastapi-postgresql-jwt", "flask-postgresql-oidc")  # All but other servers.
def test_the_oldest_versions_it_allows_are_enough(project: Project, tmp_path: Path) -> None:
    mine = with_the_oldest(project, tmp_path)
    assert "passed" in mine.run("uv run --no-sync pytest --quiet")


@pytest.mark.parametrize("project", SERVERS, indirect=True)
def test_the_oldest_server_it_allows_serves(project: Project, tmp_path: Path) -> None:
    mine = with_the_oldest(project, tmp_path)
    assert "passed" in mine.run("uv run --no-sync pytest --quiet tests/http/test_server.py")
