"""What the CI of a project runs, command by command."""

import re
from typing import Any

import yaml

from tests.projects.project import Project

GITHUB, GITLAB = ".github/workflows/ci.yml", ".gitlab-ci.yml"
# What is run before the tests, on every variant.
TASKS = ("lint", "types", "layers")


def commands(project: Project) -> list[str]:
    """Return the commands in the order of the file; none where the project has no CI."""
    if (project.folder / GITHUB).exists():
        return _of_github(yaml.safe_load(project.read(GITHUB)))
    if (project.folder / GITLAB).exists():
        return _of_gitlab(yaml.safe_load(project.read(GITLAB)))
    return []


def image_commands(project: Project) -> list[str]:
    """Return the commands that build the image, boot it by Compose and take it down."""
    pattern = r"uv run --locked poe image|docker compose (up|down) .*|.* >> \.env"
    return [each for each in commands(project) if re.fullmatch(pattern, each, re.DOTALL)]


def _of_github(workflow: dict[str, Any]) -> list[str]:
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    return [step["run"] for step in steps if "run" in step]


def _of_gitlab(workflow: dict[str, Any]) -> list[str]:
    jobs = [job for job in workflow.values() if isinstance(job, dict)]
    return [
        line for job in jobs for key in ("before_script", "script") for line in job.get(key, ())
    ]
