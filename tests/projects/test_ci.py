"""The CI of a project runs the checks of a developer, and boots the image."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from decision.evidence.processes import free_port
from tests.projects import workflow
from tests.projects.containers import composed, require_engine
from tests.projects.project import Project, environment

CHECKED = ("github", "gitlab")


@pytest.mark.step("ci")
def test_ci_runs_the_checks_of_a_developer(project: Project) -> None:
    tasks = tomllib.loads(project.read("pyproject.toml"))["tool"]["poe"]["tasks"]
    commands = workflow.commands(project)
    checks = [f"uv run --locked poe {task}" for task in tasks["check"]["sequence"]]
    assert {*workflow.TASKS} < {*tasks["check"]["sequence"]}
    assert not commands or {*checks} <= {*commands}


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.step("image of CI")
@pytest.mark.having(ci=CHECKED)
def test_image_boots_as_the_workflow_says(project: Project, tmp_path: Path) -> None:
    require_engine()
    mine = project.copy(tmp_path / "project")
    commands = workflow.image_commands(mine)
    for command in commands:
        if not command.startswith("docker compose"):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", command],
                cwd=mine.folder, env=environment(), check=False, timeout=600,
            )  # fmt: skip
            assert done.returncode == 0, command
    # On ports and under a name of its own, and with nothing else added.
    up, down = [command for command in commands if command.startswith("docker compose")]
    assert up.startswith("docker compose up --build --wait")
    assert down == "docker compose down --volumes"
    with composed(mine.folder, PORT=str(free_port())):
        pass


@pytest.mark.step("sbom")
@pytest.mark.on_change("fastapi-postgresql-jwt")
def test_bill_of_materials_names_what_is_installed_in_the_image(project: Project) -> None:
    project.run("uv run --locked poe sbom")
    bill = json.loads(project.read("sbom.cdx.json"))
    assert bill["bomFormat"] == "CycloneDX"
    parts = {part["name"] for part in bill["components"]}
    assert {"pydantic", "structlog"} <= parts
    assert not {"pytest", "mypy", "ruff"} & parts
    assert "sbom.cdx.json" in project.read(".gitignore").splitlines()
