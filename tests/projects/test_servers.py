"""Every other server: what a project's own tests ask of the process that serves, and its README."""

import json
import re

import pytest

from tests.conftest import ROOT
from tests.projects.callers import signed_in
from tests.projects.project import Project
from tests.template.trees import SERVERS

# Those that come first in SERVERS serve whole projects, with all of their tests.
OTHERS = [(name, server) for name, servers in SERVERS.items() for server in servers[1:]]
# One database and one way to log in would not tell whether a driver can live with a server.
ANSWERS = {
    "fastapi": ["--data=database=postgresql", "--data=auth=jwt"],
    "flask": ["--data=database=postgresql", "--data=auth=api_key"],
    "hybrid": ["--data=database=sqlite", "--data=auth=none"],
}
# What meets the process that serves, and what its server is told. The contract is asked of each
# server once, before FastAPI or Flask; before a hybrid, what its bridge adds to it.
SERVER = "test_server or test_metrics or gunicorn"
SERVED = {
    "fastapi": f"{SERVER} or served or test_lost_database or test_pool",
    "flask": f"{SERVER} or served or test_lost_database or test_pool",
    "hybrid": f"{SERVER} or test_bridge_served",
}


@pytest.fixture(scope="module", params=OTHERS, ids="-".join)
def project(
    request: pytest.FixtureRequest, template: object, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    framework, server = request.param
    folder = tmp_path_factory.mktemp(f"{framework}-{server}")
    answers = f"--data-file={ROOT / f'tests/answers/{framework}.yml'}"
    options = [answers, f"--data=server={server}", *ANSWERS[framework]]
    project = Project.render(template, folder / "project", *options)  # type: ignore[arg-type]
    project.run("uv sync --quiet")
    return project


@pytest.mark.slow
def test_it_does_all_that_is_asked_of_a_server(
    project: Project, request: pytest.FixtureRequest
) -> None:
    framework, _ = request.node.callspec.params["project"]
    for task in ("lint", "types", "layers"):
        project.run(f"uv run --locked poe {task}")
    printed = project.run(f"uv run --locked pytest --quiet -k '{SERVED[framework]}'")
    [passed] = re.findall(r"^(\d+) passed", printed, re.MULTILINE)
    assert int(passed) > (40 if framework == "hybrid" else 200), printed[-500:]


def test_it_stops_as_its_readme_says(project: Project) -> None:
    stops_with = re.search(r"the exit status is (\d+)", project.read("README.md"))
    assert stops_with
    with project.served(WEB_CONCURRENCY="2", ENVIRONMENT="development") as server:
        signed_in(project, server)
        assert server.stop() == int(stops_with[1])
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert lines
    assert {line["level"] for line in lines} <= {"info", "debug"}, lines
