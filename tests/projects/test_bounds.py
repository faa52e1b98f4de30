"""The oldest versions that a project allows are versions that it works with."""

from pathlib import Path

import pytest

from tests.projects.project import Project


@pytest.mark.slow
# Together they have every dependency.
@pytest.mark.parametrize(("framework", "auth"), [("fastapi", "jwt"), ("flask", "oidc")])
def test_the_oldest_versions_it_allows_are_enough(
    template: Path, tmp_path: Path, framework: str, auth: str
) -> None:
    answers = [f"--data=framework={framework}", f"--data=auth={auth}"]
    project = Project.render(template, tmp_path / "orders-api", *answers)
    project.run("uv sync --quiet --resolution lowest-direct")
    assert "passed" in project.run("uv run --no-sync pytest --quiet")
