"""What the CI of a project runs, command by command, and where each of them is tried here."""

import re
from collections.abc import Callable
from typing import Any

import yaml

from tests.projects.project import Project

GITHUB, GITLAB = ".github/workflows/ci.yml", ".gitlab-ci.yml"


def file(project: Project) -> str | None:
    """Return the path of what its CI is told, unless it has none."""
    return next((path for path in (GITHUB, GITLAB) if (project.folder / path).exists()), None)


def commands(project: Project) -> list[str]:
    """Return the commands in the order of the file."""
    path = file(project)
    if path is None:
        return []
    read = _of_github if path == GITHUB else _of_gitlab
    return read(yaml.safe_load(project.read(path)))


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
# Of a README: in `test_projects` what is called and what else a project says it can do, in `test_ci`
# and `test_images` what makes images.
IN_README = _matching(
    r"uv run [\w-]+ (serve|migrate)|(\w+=\$\()?curl .*|KEY=\$\(uv run [\w-]+ keys create .*|"
    r"uv run poe (image|package|provider &)|docker compose up .*|.* >> \.env"
)
# What needs a registry, a cluster, an account at AWS or a history to update; the updates are in
# `tests/updates`, the manifests in `test_kubernetes`, the templates of SAM in `test_lambda`.
ELSEWHERE = _matching(r"docker build .* --push \.|kubectl .*|aws .*|sam .*|uvx copier update.*")
