"""Every other server: what a project's own tests ask of the process that serves, with two of them."""

import json
import re

import pytest

from tests.matrix.plugin import GATE
from tests.matrix.variants import served_by, variants
from tests.projects.callers import signed_in
from tests.projects.project import Project

# What meets the process that serves, and what its server is told.
SERVER = "test_server or test_metrics or gunicorn"
# The contract is asked of each server once, before FastAPI or Flask; before a hybrid, what its bridge
# adds to it. A change does not wait for what pools do at length.
CONTRACT = f"{SERVER} or served"
BRIDGE = f"{SERVER} or test_bridge_served"
POOLS = "test_lost_database or test_pool"
# Those of `DEEP` are served by what comes first, with all of their tests.
OTHERS = served_by()


@pytest.mark.slow
@pytest.mark.step("server")
@pytest.mark.only(*OTHERS)
@pytest.mark.gate(*served_by(hybrids=False))  # Those wait for the night.
def test_it_does_all_that_is_asked_of_a_server(
    project: Project, request: pytest.FixtureRequest
) -> None:
    hybrid = "hybrid" in variants()[request.node.callspec.params["project"]].served
    asked = BRIDGE if hybrid else CONTRACT
    if not hybrid and request.config.option.matrix != GATE:
        asked = f"{asked} or {POOLS}"
    printed = project.run(f"uv run --locked pytest --quiet -k '{asked}'")
    [passed] = re.findall(r"^(\d+) passed", printed, re.MULTILINE)
    assert int(passed) > (40 if hybrid else 150), printed[-500:]


@pytest.mark.step("server")
@pytest.mark.only(*OTHERS)
def test_it_stops_with_all_its_processes_as_its_readme_says(project: Project) -> None:
    stops_with = re.search(r"the exit status is (\d+)", project.read("README.md"))
    assert stops_with
    with project.served(WEB_CONCURRENCY="2", ENVIRONMENT="development") as server:
        signed_in(project, server)
        assert server.stop() == int(stops_with[1])
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert lines
    assert {line["level"] for line in lines} <= {"info", "debug"}, lines
