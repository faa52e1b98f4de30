"""What the CI of a project runs, command by command, and where each of them is tried here."""

import re
from collections.abc import Callable
from typing import Any

import yaml

from tests.projects.project import Project

GITHUB, GITLAB = ".github/workflows/ci.yml", ".gitlab-ci.yml"


def commands(project: Project) -> list[str]:
    """Return the commands in the order of the file."""
    if (project.folder / GITHUB).exists():
        return _of_github(yaml.safe_load(project.read(GITHUB)))
    return _of_gitlab(yaml.safe_load(project.read(GITLAB)))


def _of_github(workflow: dict[str, Any]) -> list[str]:
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    return [step["run"] for step in steps if "run" in step]


def _of_gitlab(workflow: dict[str, Any]) -> list[str]:
    jobs = [job for job in workflow.values() if isinstance(job, dict)]
    return [
        line for job in jobs for key in ("before_script", "script") for line in job.get(key, ())
    ]


def _matching(pattern: str) -> Callable[[str], bool]:
    return lambda command: bool(re.fullmatch(pattern, command, re.DOTALL))


# In `test_projects`, `test_images` and `test_ci`.
CHECKS = _matching(r"uv run --locked poe (lint|types|layers|test)")
IMAGE = _matching(r"uv run --locked poe image|docker compose (up|down) .*|.* >> \.env")
SUPPLIES = _matching(r"uv run --locked poe (audit|sbom)")
# What prepares a hosted machine; ours is prepared by `.ci/run`.
PREPARES = _matching(r"python -m pip install .*|(sudo )?apt-get .*|apk add .*")
