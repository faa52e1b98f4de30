"""`copier update` keeps the framework, also if the matrix has changed or was overridden."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import stored_answers
from tests.questionnaire.terminal import Terminal, require_tmux
from tests.updates import update_scenarios

pytestmark = pytest.mark.slow

WEIGHTS = dict.fromkeys(["concurrency", "ai_ml", "legacy", "serverless", "interface"], 1)
RECORD = "docs/decisions/0001-web-framework.md"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with the working tree."""
    return update_scenarios.first_release(tmp_path_factory.mktemp("matrix") / "template")


def start(template: Path, folder: Path, **data: Any) -> Path:
    return update_scenarios.start(template, folder / "project", **data)


def update(project: Path, *exclude: str, **data: Any) -> None:
    update_scenarios.update(project, exclude, **data)
    assert update_scenarios.conflicts(project) == []


def test_changed_matrix_keeps_the_framework(tmp_path: Path) -> None:
    template = update_scenarios.first_release(tmp_path / "template")
    weights = {**WEIGHTS, "team": 9}
    recommended = start(template, tmp_path / "recommended", concurrency="thousands")
    overridden = start(
        template,
        tmp_path / "overridden",
        concurrency="thousands",
        framework="flask",
        weights=weights,
    )
    matrix = template / "decision/matrix.yml"
    text = matrix.read_text(encoding="utf-8")
    matrix.write_text(text.replace("fastapi: {points: 5", "fastapi: {points: 0"), encoding="utf-8")
    update_scenarios.release(template, "v1.1.0")
    for project, framework in {recommended: "fastapi", overridden: "flask"}.items():
        update(project)
        stored = stored_answers(project)
        assert (stored["_commit"], stored["framework"]) == ("v1.1.0", framework)
    assert stored["weights"] == weights
    assert "overrides the recommendation" in (recommended / RECORD).read_text(encoding="utf-8")


def test_excluded_migration_of_another_auth_is_kept(template: Path, tmp_path: Path) -> None:
    project = start(template, tmp_path, auth="jwt")
    guide = (project / "docs/operations.md").read_text(encoding="utf-8")
    command = re.search(r"--data auth=api_key --exclude \"(.*)\"", guide)
    assert command
    versions = project / "src/orders_api/migrations/versions"
    before = {path.name for path in versions.iterdir()}
    update(project, command[1], auth="api_key")
    assert before < {path.name for path in versions.iterdir()}


def test_update_shows_how_to_find_conflicts_and_the_current_recommendation(
    template: Path, tmp_path: Path
) -> None:
    project = start(template, tmp_path, concurrency="thousands", framework="flask")
    done = subprocess.run(
        [sys.executable, "-m", "copier", "update", "--defaults"],
        cwd=project, check=True, capture_output=True, text=True,
    )  # fmt: skip
    before, _, after = done.stderr.partition("Keeping template version")
    assert "copier update --exclude" in before
    assert "--data framework=fastapi" in after
    assert "git diff --check; git ls-files --unmerged" in after


def test_application_of_a_removed_framework_can_be_kept(template: Path, tmp_path: Path) -> None:
    project = start(template, tmp_path, legacy="flask_mount")
    package = project / "src/orders_api"
    mine = package / "mine/views.py"
    mine.parent.mkdir()
    mine.write_text('"""Mine."""\n')
    update_scenarios.commit(project, "mine")
    update(project, "src/*/flask_app.py", legacy="none", framework="fastapi")
    assert mine.exists()
    assert (package / "flask_app.py").exists()
    assert not (package / "hybrid_app.py").exists()


def test_framework_can_be_asked_again(template: Path, tmp_path: Path) -> None:
    require_tmux()
    project = start(template, tmp_path, concurrency="thousands", framework="flask")
    command = [sys.executable, "-m", "copier", "update", "--defaults", "--ask", "framework"]
    with Terminal(["env", "-C", str(project), *command], tmp_path) as terminal:
        terminal.wait_for("» Flask")
        terminal.press("Up")
        terminal.wait_for("» FastAPI")
        terminal.press("Enter")
        terminal.wait_for("EXIT 0")
    assert stored_answers(project)["framework"] == "fastapi"


@pytest.mark.parametrize(
    ("before", "change", "question", "kept"),
    [
        ({"features": ["http_client", "websocket"]}, {"framework": "flask"}, "features", ["http_client"]),
        ({"deploy": ["kubernetes", "lambda"]}, {"features": ["streaming"]}, "deploy", ["kubernetes"]),
    ],
    ids=["features", "deploy"],
)  # fmt: skip
def test_update_that_rules_out_a_choice_keeps_the_others(
    template: Path, tmp_path: Path,
    before: dict[str, Any], change: dict[str, Any], question: str, kept: list[str],
) -> None:  # fmt: skip
    project = start(template, tmp_path, framework="fastapi", **before)
    update(project, **change)
    assert stored_answers(project)[question] == kept
