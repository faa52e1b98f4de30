"""The files that other programs read are right by the judgement of their linters."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, Render
from tests.matrix.variants import variants

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("linters")]

BIN = Path(sys.executable).parent
# As long as a line has to be; `on` is a name in workflows.
YAMLLINT = """
extends: default
rules:
  braces: {max-spaces-inside: 1}
  comments: {min-spaces-from-content: 1}
  comments-indentation: disable # a place for services is marked where none is yet
  document-start: disable
  line-length: disable
  truthy: {check-keys: false}
"""
WORKFLOW = ".github/workflows/ci.yml"
OWN_WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
SCHEMAS = {
    "compose.yaml": "vendor.compose-spec",
    WORKFLOW: "vendor.github-workflows",
    ".github/dependabot.yml": "vendor.dependabot",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "renovate.json": "vendor.renovate",
    ".github/renovate.json": "vendor.renovate",
}


@pytest.fixture(scope="module")
def projects(render: Render) -> list[Path]:
    return [render(**variant.answers) for variant in variants().values()]


def lint(tool: str, *arguments: str, stdin: str | None = None) -> None:
    done = subprocess.run(
        [BIN / tool, *arguments], input=stdin, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def different(projects: list[Path], pattern: str) -> list[str]:
    """Return the files of that name in all projects, of the same content one."""
    files = [file for project in projects for file in sorted(project.glob(pattern))]
    paths = [
        str(file) for file in {(file.name, file.read_bytes()): file for file in files}.values()
    ]
    assert paths
    return paths


def test_yaml_is_tidy(projects: list[Path]) -> None:
    files = [file for file in different(projects, "**/*.y*ml") if ".copier-answers" not in file]
    lint("yamllint", "--strict", "--config-data", YAMLLINT, *files)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_followed(projects: list[Path], name: str) -> None:
    lint("check-jsonschema", "--builtin-schema", SCHEMAS[name], *different(projects, name))


def test_sam_templates_are_valid(projects: list[Path]) -> None:
    files = different(projects, "deploy/lambda/*.yaml")
    lint("cfn-lint", "--regions", "eu-west-1", "--template", *files)


def test_dockerfiles_are_valid(projects: list[Path]) -> None:
    lint("hadolint", *different(projects, "Dockerfile"))


def test_images_have_a_version(projects: list[Path]) -> None:
    for file in map(Path, different(projects, "Dockerfile")):
        assert len(re.findall(r"^FROM [\w./-]+:\d+\.\d+[\w.-]* AS", file.read_text(), re.M)) == 2
    for file in map(Path, different(projects, "compose.yaml")):
        for service in yaml.safe_load(file.read_text())["services"].values():
            by_default = re.sub(r"^\$\{\w+:-(.+)\}$", r"\1", service["image"])
            assert re.fullmatch(r"[\w./-]+:(\d+\.\d[\w.-]*|local)", by_default), by_default


def test_compose_limits_the_rights_of_each_service(projects: list[Path]) -> None:
    for file in map(Path, different(projects, "compose.yaml")):
        compose: dict[str, Any] = yaml.safe_load(file.read_text())
        grace_period = compose["services"]["app"]["stop_grace_period"]
        assert int(grace_period.removesuffix("s")) > 25  # SHUTDOWN_SECONDS
        for name, service in compose["services"].items():
            assert {"mem_limit", "cpus", "pids_limit"} <= service.keys(), name
            assert service["read_only"] and service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
            assert all("size=" in place for place in service.get("tmpfs", ())), name
        ports = [port for each in compose["services"].values() for port in each.get("ports", ())]
        assert all(port.startswith("127.0.0.1:") for port in ports)


def test_workflows_are_safe_and_their_scripts_good_shell(
    projects: list[Path], tmp_path: Path
) -> None:
    workflows = [*map(Path, different(projects, WORKFLOW)), *OWN_WORKFLOWS]
    for number, file in enumerate(workflows):
        place = tmp_path / f"{number}/.github/workflows"
        place.mkdir(parents=True)
        shutil.copy(file, place)
        lint("shellcheck", "--shell=bash", "-", stdin="\n".join(scripts(file)) + "\n")
    lint("zizmor", "--offline", "--no-progress", str(tmp_path))


def scripts(file: Path) -> list[str]:
    jobs: dict[str, Any] = yaml.safe_load(file.read_text())["jobs"]
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


def test_workflows_of_this_repository_are_valid() -> None:
    own = [str(path) for path in OWN_WORKFLOWS]
    lint("yamllint", "--strict", "--config-data", YAMLLINT, *own)
    lint("check-jsonschema", "--builtin-schema", SCHEMAS[WORKFLOW], *own)
    lint("shellcheck", str(ROOT / ".ci/run"))
