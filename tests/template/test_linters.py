"""What other programs read is right by the judgement of linters that were made for it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, Render
from tests.template.trees import PROJECTS

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


SEEN: set[tuple[str, str, bytes]] = set()


def lint(tool: str, *arguments: str, given: str | None = None) -> None:
    done = subprocess.run(
        [BIN / tool, *arguments], input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(params=PROJECTS)
def project(request: pytest.FixtureRequest, render: Render) -> Path:
    return render(**PROJECTS[request.param])


def new(tool: str, *files: Path) -> list[str]:
    """Return the files with contents that the tool has not seen: most projects share most files."""
    found = {file: (tool, file.name, file.read_bytes()) for file in files}
    first = [str(file) for file, seen in found.items() if seen not in SEEN]
    SEEN.update(found.values())
    return first


def test_every_yaml_file_is_tidy(project: Path) -> None:
    files = [path for path in project.rglob("*.y*ml") if path.name != ".copier-answers.yml"]
    assert files
    if unseen := new("yamllint", *files):
        lint("yamllint", "--strict", "--config-data", YAMLLINT, *unseen)


def test_what_has_a_schema_follows_it(project: Path) -> None:
    there = {name: schema for name, schema in SCHEMAS.items() if (project / name).exists()}
    assert "compose.yaml" in there
    for name, schema in there.items():
        if unseen := new("check-jsonschema", project / name):
            lint("check-jsonschema", "--builtin-schema", schema, *unseen)


def test_what_is_deployed_to_aws_is_what_sam_and_cloudformation_take(project: Path) -> None:
    if unseen := new("cfn-lint", *(project / "deploy").glob("lambda/*.yaml")):
        lint("cfn-lint", "--regions", "eu-west-1", "--template", *unseen)


def test_the_image_is_built_as_it_should_be(project: Path) -> None:
    if unseen := new("hadolint", project / "Dockerfile"):
        lint("hadolint", *unseen)


def test_nothing_is_taken_as_whatever_is_the_latest(project: Path) -> None:
    dockerfile = (project / "Dockerfile").read_text()
    given = re.findall(r"^ARG (?:PYTHON|UV)=(.+)$", dockerfile, re.MULTILINE)
    assert len(given) == 2
    compose: dict[str, Any] = yaml.safe_load((project / "compose.yaml").read_text())
    images = [each["image"] for each in compose["services"].values()]
    for image in given + images:
        by_default = re.sub(r"^\$\{\w+:-(.+)\}$", r"\1", image)
        assert re.fullmatch(r"[\w./-]+:(\d[\w.-]*|local)", by_default), image


def test_compose_gives_each_service_limits_and_no_more_rights_than_it_needs(project: Path) -> None:
    compose: dict[str, Any] = yaml.safe_load((project / "compose.yaml").read_text())
    app = compose["services"]["app"]
    assert {"mem_limit", "cpus", "pids_limit"} <= app.keys()
    assert int(app["stop_grace_period"].removesuffix("s")) > 25  # SHUTDOWN_SECONDS
    assert app["read_only"]
    assert app["cap_drop"] == ["ALL"]
    for service in compose["services"].values():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), "Not open to the network it is in."


def test_workflows_may_do_no_more_than_they_must(project: Path) -> None:
    if new("zizmor", *(project / ".github").rglob("*.yml")):
        lint("zizmor", "--offline", "--no-progress", str(project / ".github"))


def scripts(file: Path) -> list[str]:
    jobs: dict[str, Any] = yaml.safe_load(file.read_text())["jobs"]
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


def test_what_workflows_run_is_good_shell(render: Render) -> None:
    for file in (render(framework="fastapi") / WORKFLOW, *OWN_WORKFLOWS):
        found = scripts(file)
        assert found
        lint("shellcheck", "--shell=bash", "-", given="\n".join(found) + "\n")


def test_the_workflow_of_this_repository_is_right_too() -> None:
    own = [str(path) for path in OWN_WORKFLOWS]
    lint("yamllint", "--strict", "--config-data", YAMLLINT, *own)
    lint("check-jsonschema", "--builtin-schema", SCHEMAS[WORKFLOW], *own)
    lint("zizmor", "--offline", "--no-progress", str(ROOT / ".github"))
    lint("shellcheck", str(ROOT / ".ci/run"))
