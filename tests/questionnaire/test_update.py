"""What `copier update` does with the answers: an override stays, a new matrix moves nobody."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import git
from tests.questionnaire.terminal import Terminal, require_tmux
from tests.updates import living

pytestmark = pytest.mark.slow

Start = Callable[..., Path]


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """The working tree as its users meet it: a repository with a version."""
    return living.working_tree(tmp_path / "template")


@pytest.fixture
def start(released: Path, tmp_path: Path) -> Start:
    def _start(**data: Any) -> Path:
        return living.start(released, tmp_path / "project", **data)

    return _start


def release(template: Path, **points: str) -> None:
    """A new version whose matrix turned round: every 5 of one framework is now a 0."""
    matrix = template / "decision/matrix.yml"
    text = matrix.read_text(encoding="utf-8")
    for framework, number in points.items():
        text = text.replace(f"{framework}: {{points: 5", f"{framework}: {{points: {number}")
    matrix.write_text(text, encoding="utf-8")
    living.publish(template, "v1.1.0")


def update(project: Path, exclude: Sequence[str] = (), **data: Any) -> None:
    living.update(project, exclude, **data)
    assert git("ls-files", "--unmerged", cwd=project) == ""
    git("diff", "--check", cwd=project)


def record(project: Path) -> str:
    return (project / "docs/decisions/0001-web-framework.md").read_text(encoding="utf-8")


def test_an_override_is_stored_survives_an_update_and_shows_in_the_record(
    released: Path, start: Start
) -> None:
    project = start(concurrency="thousands", framework="flask")
    release(released, hybrid="4")
    update(project)
    assert living.stored(project)["_commit"] == "v1.1.0"
    assert living.stored(project)["framework"] == "flask"
    assert record(project).startswith("# 1. Flask as the web framework")
    assert "That overrides the recommendation, FastAPI" in record(project)


def test_a_changed_matrix_never_moves_a_project(released: Path, start: Start) -> None:
    project = start(concurrency="thousands")
    release(released, fastapi="0")
    update(project)
    assert living.stored(project)["framework"] == "fastapi"
    assert "That overrides the recommendation, Flask" in record(project)


def test_an_update_to_the_same_version_changes_nothing(start: Start) -> None:
    project = start(team="flask", legacy="flask_mount")
    update(project)
    assert git("status", "--short", cwd=project) == ""


def test_the_framework_can_be_changed_by_an_update(start: Start) -> None:
    project = start(team="flask")
    update(project, framework="hybrid", legacy="flask_mount")
    assert living.stored(project)["framework"] == "hybrid"
    assert living.stored(project)["legacy_app"] == "orders_api.flask_app:create_app()"
    assert record(project).startswith("# 1. Hybrid as the web framework")


def test_the_database_can_be_changed_by_an_update(start: Start) -> None:
    project = start(team="flask", database="none")
    service = (project / "src/orders_api/services/todos.py").read_text()
    update(project, database="sqlite")
    assert (living.stored(project)["database"], living.stored(project)["framework"]) == (
        "sqlite",
        "flask",
    )
    assert (project / "src/orders_api/migrations/env.py").exists()
    living.commit(project, "on SQLite")
    update(project, database="none")
    assert not (project / "src/orders_api/migrations").exists()
    assert (project / "src/orders_api/services/todos.py").read_text() == service


def test_what_keeps_the_migrations_of_another_answer_is_what_the_readme_says(start: Start) -> None:
    project = start(auth="jwt")
    said = re.search(r"--data auth=api_key --exclude \"(.*)\"", (project / "README.md").read_text())
    assert said
    update(project, exclude=[said[1]], auth="api_key")
    versions = project / "src/orders_api/migrations/versions"
    found = {path.name for path in versions.iterdir()}
    assert found == {"0001_todos.py", "0002_accounts.py", "0002_api_keys.py"}
    assert not (project / "src/orders_api/services/accounts.py").exists()
    living.commit(project, "with keys")
    update(project)
    assert {path.name for path in versions.iterdir()} == found


def test_without_a_database_who_had_logged_in_is_asked_again(start: Start) -> None:
    project = start(auth="jwt", database="sqlite")
    update(project, database="none", auth="none")
    assert (living.stored(project)["database"], living.stored(project)["auth"]) == ("none", "none")


def test_weights_set_by_hand_are_kept(start: Start) -> None:
    weights = {
        "concurrency": 1,
        "ai_ml": 1,
        "legacy": 1,
        "serverless": 1,
        "team": 9,
        "interface": 1,
    }
    project = start(team="flask", weights=weights)
    update(project)
    assert (living.stored(project)["tune_weights"], living.stored(project)["weights"]) == (
        True,
        weights,
    )


def test_an_update_warns_before_and_says_how_to_look_after(start: Start) -> None:
    project = start(concurrency="thousands", framework="flask")
    done = subprocess.run(
        [sys.executable, "-m", "copier", "update", "--defaults"],
        cwd=project, check=True, capture_output=True, text=True,
    )  # fmt: skip
    before, _, after = done.stderr.partition("Keeping template version")
    assert "deletes that framework's folder" in before and "copier update --exclude" in before
    assert "Orders API goes on with Flask." in after
    assert "FastAPI would be recommended today" in after
    assert "git diff --check; git ls-files --unmerged" in after
    assert "git checkout HEAD -- src/orders_api/fastapi_app" in after


def test_the_way_to_keep_a_dropped_folder_keeps_it(start: Start) -> None:
    project = start(legacy="flask_mount")
    mine = project / "src/orders_api/flask_app/mine.py"
    mine.write_text('"""Mine."""\n')
    theirs = project / "src/orders_api/flask_app/app.py"
    living.commit(project, "mine")
    update(project, exclude=["src/*/flask_app"], legacy="none", framework="fastapi")
    assert mine.exists() and theirs.exists()
    assert not (project / "src/orders_api/hybrid_app/app.py").exists()


def test_the_recommendation_can_be_seen_again(start: Start, tmp_path: Path) -> None:
    require_tmux()
    project = start(concurrency="thousands", framework="flask")
    command = [sys.executable, "-m", "copier", "update", "--defaults", "--ask", "framework"]
    with Terminal(["env", "-C", str(project), *command], tmp_path) as terminal:
        terminal.wait_for("FastAPI, by a clear margin", "» Flask")
        terminal.press("Up")
        terminal.wait_for("» FastAPI")
        terminal.press("Enter")
        terminal.wait_for("Orders API goes on with FastAPI.", "EXIT 0")
    assert living.stored(project)["framework"] == "fastapi"
