"""The oldest versions that a project allows are versions that it works with."""

import shutil
from pathlib import Path

import pytest

from tests.projects.project import Project


@pytest.mark.slow
@pytest.mark.step("oldest")
@pytest.mark.gate("fastapi-postgresql-jwt", "flask-postgresql-oidc")  # Together, every dependency.
def test_the_oldest_versions_it_allows_are_enough(project: Project, tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns(".venv", "uv.lock", "*.log", "*.db*")
    mine = Project(shutil.copytree(project.folder, tmp_path / "project", ignore=ignored))
    mine.run("uv sync --quiet --resolution lowest-direct")
    assert "passed" in mine.run("uv run --no-sync pytest --quiet")
