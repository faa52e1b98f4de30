"""The deep tests of a project's machinery, rendered with `kit_tests=true`."""

import re
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.matrix.plugin import variant_of
from tests.matrix.variants import DEEP, adopting, served_by, variants
from tests.projects.callers import providing, signed_in
from tests.projects.conftest import of_variant
from tests.projects.project import Project

pytestmark = pytest.mark.slow

ON_CHANGE = ("fastapi-postgresql-jwt", "flask-postgresql-oidc", "hybrid-postgresql-jwt")
# The oldest versions of the libraries: each framework, database, auth and server once.
OLDEST = (*DEEP, *served_by())


@pytest.fixture
def deep(
    project: Project, request: pytest.FixtureRequest, render: Render, tmp_path: Path
) -> Project:
    """The project of the variant, with the deep tests."""
    name = variant_of(request.node)
    assert name and project
    return of_variant(variants()[name], render, tmp_path / "orders-api", kit_tests=True)


def passed(printed: str) -> int:
    """Return how many tests pytest says that passed."""
    [number] = re.findall(r"^(?:=+ )?(\d+) passed", printed, re.MULTILINE)
    return int(number)


@pytest.mark.step("deep tests")
@pytest.mark.only(*DEEP, *served_by(), adopting())
@pytest.mark.on_change(*ON_CHANGE)
def test_deep_tests_pass(deep: Project) -> None:
    assert passed(deep.run("uv run --locked pytest --quiet -n 2 tests/deep")) > 100


@pytest.mark.nightly
@pytest.mark.step("oldest versions")
@pytest.mark.only(*OLDEST)
def test_oldest_allowed_versions_are_enough(deep: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_PROJECT_ENVIRONMENT")
    (deep.folder / "uv.lock").unlink()
    deep.run("uv sync --quiet --resolution lowest-direct")
    assert passed(deep.run("uv run --no-sync pytest --quiet -n 2")) > 100


@pytest.mark.nightly
@pytest.mark.step("two workers")
@pytest.mark.only(*OLDEST)
def test_server_stops_with_all_its_processes(project: Project) -> None:
    settings = {"WEB_CONCURRENCY": "2", "ENVIRONMENT": "development"}
    with providing(project), project.served(**settings) as server:
        signed_in(project, server)
        assert server.stop() in (0, 143)
    assert {line["level"] for line in server.lines()} <= {"info", "debug"}
