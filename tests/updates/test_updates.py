"""`copier update`: a team's edits are kept, conflicts are found, and later answers equal early ones."""

import difflib
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Render, git, stored_answers
from tests.template.trees import contents
from tests.updates import update_scenarios
from tests.updates.update_scenarios import PACKAGE, RELEASE, RELEASED, conflicts, swap

pytestmark = pytest.mark.slow

# One after another, from a Flask project on SQLite.
BEGUN: dict[str, Any] = {"framework": "flask", "database": "sqlite", "auth": "api_key"}
CHANGES: list[dict[str, Any]] = [
    {"framework": "hybrid", "server": "uvicorn"},
    {"framework": "fastapi"},
    {"database": "postgresql", "auth": "jwt"},
    {"deploy": ["kubernetes", "lambda"], "ci": "gitlab", "server": "hypercorn"},
    {"database": "none", "auth": "none", "deploy": [], "ci": "none"},
]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that has the working tree as its first version."""
    return update_scenarios.first_release(tmp_path_factory.mktemp("updates") / "template")


def test_edits_of_a_team_survive_a_release_and_another_answer(tmp_path: Path) -> None:
    template = update_scenarios.first_release(tmp_path / "template")
    project = update_scenarios.start(template, tmp_path / "project", framework="hybrid")
    work = update_scenarios.work_on(project)
    update_scenarios.change(template, RELEASE)
    update_scenarios.release(template, "v1.1.0")
    update_scenarios.update(project)
    assert conflicts(project) == []
    assert update_scenarios.lost(project, work) == []
    for name, text in RELEASED.items():
        assert text in (project / name).read_text(encoding="utf-8"), name
    update_scenarios.commit(project, "updated")
    update_scenarios.update(project, database="sqlite", auth="api_key", ci="gitlab")
    assert conflicts(project) == []
    assert update_scenarios.lost(project, work) == []


def test_line_changed_by_both_is_a_conflict_that_is_found(tmp_path: Path) -> None:
    template = update_scenarios.first_release(tmp_path / "template")
    project = update_scenarios.start(template, tmp_path / "project", framework="fastapi")
    settings = f"{PACKAGE}/settings.py"
    [line] = [line for line in (project / settings).read_text().splitlines() if " port:" in line]
    update_scenarios.change(project, [(settings, swap(line, line + "  # the team's"))])
    update_scenarios.commit(project, "a comment")
    source = "template/src/{{ package_name }}/settings.py"
    update_scenarios.change(template, [(source, swap(line, line + "  # the template's"))])
    update_scenarios.release(template, "v1.1.0")
    update_scenarios.update(project)
    assert conflicts(project)
    # By the command that the message after an update names.
    found = subprocess.run(
        ["git", "diff", "--check"], cwd=project, capture_output=True, text=True, check=False
    )
    assert found.returncode != 0 and "settings.py" in found.stdout


def test_answers_given_later_lead_to_the_same_project(
    first: Path, render: Render, tmp_path: Path
) -> None:
    project = update_scenarios.start(first, tmp_path / "project", **BEGUN)
    for change in CHANGES:
        update_scenarios.update(project, **change)
        assert conflicts(project) == []
        stored = stored_answers(project)
        assert {name: stored[name] for name in change} == change
        at_once = render(**{name: value for name, value in stored.items() if name[0] != "_"})
        assert differences(at_once, project) == ""
        update_scenarios.commit(project, str(change))


def test_update_without_news_changes_nothing(first: Path, tmp_path: Path) -> None:
    project = update_scenarios.start(first, tmp_path / "project", legacy="flask_mount")
    update_scenarios.update(project)
    assert git("status", "--short", cwd=project) == ""


def differences(one: Path, other: Path) -> str:
    """Return how two projects differ, but for where they come from."""
    ours, theirs = _lines(one), _lines(other)
    said = [f"only in one: {path}" for path in sorted({*ours} ^ {*theirs})]
    for path in sorted({*ours} & {*theirs}):
        if ours[path] != theirs[path]:
            said += difflib.unified_diff(ours[path], theirs[path], path, path, lineterm="", n=1)
    return "\n".join(said)


def _lines(project: Path) -> dict[str, list[str]]:
    return {
        path: [
            line
            for line in content.decode(errors="replace").splitlines()
            if not line.startswith(("_commit", "_src_path"))
        ]
        for path, content in contents(project).items()
    }
