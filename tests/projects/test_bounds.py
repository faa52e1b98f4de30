"""The oldest versions that a project allows are versions that it works with."""

from pathlib import Path

import pytest

from tests.projects.project import Project


@pytest.mark.slow
@pytest.mark.parametrize("framework", ["flask", "hybrid"])  # Together they have every dependency.
def test_the_oldest_versions_it_allows_are_enough(
    template: Path, tmp_path: Path, framework: str
) -> None:
    project = Project.render(template, tmp_path / "orders-api", f"--data=framework={framework}")
    project.run("uv sync --quiet --resolution lowest-direct")
    assert "passed" in project.run("uv run --no-sync pytest --quiet")
