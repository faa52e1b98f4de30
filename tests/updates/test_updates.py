"""`copier update`: a team's edits are kept, conflicts are found, and later answers equal early ones."""

import difflib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from plumbum import local

from tests.conftest import Render, git, stored_answers
from tests.template.trees import contents
from tests.updates import update_scenarios
from tests.updates.update_scenarios import PACKAGE, RELEASE, RELEASED, conflicts, swap

pytestmark = pytest.mark.slow

# One after another, from a Flask project on SQLite.
BEGUN: dict[str, Any] = {"framework": "flask", "database": "sqlite", "auth": "api_key",
                         "features": ["http_client", "inference"]}  # fmt: skip
CHANGES: list[dict[str, Any]] = [
    {"framework": "hybrid", "server": "uvicorn"},
    {"framework": "fastapi", "features": ["streaming", "websocket"]},
    {"database": "postgresql", "auth": "jwt", "features": []},
    {"deploy": ["kubernetes", "lambda"], "ci": "gitlab", "server": "hypercorn"},
    {"database": "none", "auth": "none", "deploy": [], "ci": "none"},
]
# What people have git ignore everywhere: from https://github.com/github/gitignore, and more.
COMMONLY_IGNORED = """
.DS_Store .direnv/ .env* *.env .envrc .idea/ .vscode/ .venv/ venv/ env/ ENV/ __pycache__/ *.py[cod]
*.bak *.cache *.crt *.key *.local *.log *.orig *.pem *.pid *.rej *.secret *.sublime-* *.sw? *.tmp *~
tags bin/ build/ dist/ lib/ lib64/ out/ target/ tmp/ var/ local_settings.py *.db *.sqlite3 *.manifest
""".replace(" ", "\n")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that has the working tree as its first version."""
    return update_scenarios.first_release(tmp_path_factory.mktemp("updates") / "template")


@pytest.fixture
def own_template(tmp_path: Path) -> Path:
    """A template of the test's own, so that it can publish another release."""
    return update_scenarios.first_release(tmp_path / "template")


def publish(own_template: Path) -> None:
    update_scenarios.change(own_template, RELEASE)
    update_scenarios.release(own_template, "v1.1.0")


def test_edits_of_a_team_survive_a_release_and_another_answer(
    own_template: Path, tmp_path: Path
) -> None:
    project = update_scenarios.start(own_template, tmp_path / "project", framework="hybrid")
    work = update_scenarios.work_on(project)
    publish(own_template)
    update_scenarios.update(project)
    assert conflicts(project) == []
    assert update_scenarios.lost(project, work) == []
    for name, text in RELEASED.items():
        assert text in (project / name).read_text(encoding="utf-8"), name
    update_scenarios.commit(project, "updated")
    update_scenarios.update(project, database="sqlite", auth="api_key", ci="gitlab")
    assert conflicts(project) == []
    assert update_scenarios.lost(project, work) == []


def test_line_changed_by_both_is_a_conflict_that_is_found(
    own_template: Path, tmp_path: Path
) -> None:
    project = update_scenarios.start(own_template, tmp_path / "project", framework="fastapi")
    settings = f"{PACKAGE}/kit/settings.py"
    [line] = [line for line in (project / settings).read_text().splitlines() if " port:" in line]
    update_scenarios.change(project, [(settings, swap(line, line + "  # the team's"))])
    update_scenarios.commit(project, "a comment")
    source = "template/src/{{ package_name }}/kit/settings.py"
    update_scenarios.change(own_template, [(source, swap(line, line + "  # the template's"))])
    update_scenarios.release(own_template, "v1.1.0")
    update_scenarios.update(project)
    assert conflicts(project)
    # By the command that the message after an update names.
    found = subprocess.run(
        ["git", "diff", "--check"], cwd=project, capture_output=True, text=True, check=False
    )
    assert found.returncode != 0 and "settings.py" in found.stdout


@contextmanager
def settings_of_git(folder: Path, text: str) -> Iterator[None]:
    """Have Copier find these settings of git where a person keeps their own."""
    file = folder / "gitconfig"
    file.write_text(text, encoding="utf-8")
    with local.env(GIT_CONFIG_GLOBAL=str(file)):
        yield


def test_no_file_has_a_name_that_is_commonly_ignored(render: Render, tmp_path: Path) -> None:
    ignored = tmp_path / "ignored"
    ignored.write_text(COMMONLY_IGNORED, encoding="utf-8")
    git("init", "--quiet", cwd=tmp_path)
    for framework, ci in ("hybrid", "github"), ("flask", "gitlab"):
        project = render(framework=framework, ci=ci, deploy=["kubernetes", "lambda"])
        found = subprocess.run(
            ["git", "-c", f"core.excludesFile={ignored}", "check-ignore", "--stdin", "--verbose"],
            cwd=tmp_path, input="\n".join(contents(project)), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert found.stdout == ""


def test_edits_survive_ignored_names_and_hidden_differences(
    own_template: Path, tmp_path: Path
) -> None:
    project = update_scenarios.start(own_template, tmp_path / "project", framework="fastapi")
    work = update_scenarios.work_on(project)
    publish(own_template)
    for name, text in ("ignored", COMMONLY_IGNORED), ("attributes", "* -diff\n"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    odd = f"[core]\nexcludesFile = {tmp_path}/ignored\nattributesFile = {tmp_path}/attributes\n"
    with settings_of_git(tmp_path, odd):
        update_scenarios.update(project)
    assert conflicts(project) == []
    assert update_scenarios.lost(project, work) == []
    assert {
        name: text for name, text in RELEASED.items() if text not in (project / name).read_text()
    } == {}


def test_line_ends_of_another_system_are_no_conflicts(own_template: Path, tmp_path: Path) -> None:
    project = update_scenarios.start(own_template, tmp_path / "project", framework="fastapi")
    for name in RELEASED:
        if (file := project / name).exists():
            file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    update_scenarios.commit(project, "an editor of another system")
    assert "i/crlf" not in git("ls-files", "--eol", cwd=project)
    publish(own_template)
    update_scenarios.update(project)
    assert conflicts(project) == []


def test_conflict_that_git_hides_is_found(own_template: Path, tmp_path: Path) -> None:
    project = update_scenarios.start(own_template, tmp_path / "project", framework="fastapi")
    for folder, name in (project, "env.example"), (own_template, "template/env.example.jinja"):
        edit = swap("# PORT=8000", f"# PORT={len(name)}")
        update_scenarios.change(folder, [(name, edit)])
    update_scenarios.commit(project, "another port")
    update_scenarios.release(own_template, "v1.1.0")
    with settings_of_git(tmp_path, "[status]\nshowUntrackedFiles = no\n"):
        update_scenarios.update(project)
    # By the command that the message after an update names.
    assert git("ls-files", "--others", "*.rej", cwd=project) == "env.example.rej\n"


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
