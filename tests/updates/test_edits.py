"""`copier update` with a team's edits in place: nothing of theirs is lost, and a clash is seen."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FRAMEWORKS, git
from tests.updates import living
from tests.updates.living import PACKAGE, RELEASE, RELEASED, conflicts, swap

pytestmark = pytest.mark.slow

# Each way to begin that lays other files over the shared ones.
BEGUN = {
    "fastapi": {"framework": "fastapi"},
    "flask": {"framework": "flask", "database": "sqlite"},
    "hybrid": {"framework": "hybrid", "auth": "oidc"},
    "fastapi in memory": {"framework": "fastapi", "database": "none", "ci": "gitlab"},
}

# Begun as one, answered otherwise later.
ANSWERED = [
    ({"framework": "fastapi", "database": "sqlite"}, {"database": "postgresql"}),
    ({"framework": "flask", "database": "none"}, {"framework": "hybrid", "database": "sqlite"}),
    ({"framework": "hybrid", "auth": "none"}, {"auth": "jwt"}),
    ({"framework": "flask"}, {"deploy": ["kubernetes", "lambda"], "ci": "gitlab"}),
    ({"framework": "fastapi", "deploy": ["kubernetes"]}, {"deploy": [], "server": "granian"}),
]

CHECK = "tests/test_conflicts.py"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return living.working_tree(tmp_path / "template")


@pytest.mark.parametrize("begun", BEGUN)
def test_what_both_have_changed_in_different_places_comes_together(
    template: Path, tmp_path: Path, begun: str
) -> None:
    project = living.start(template, tmp_path / "project", **BEGUN[begun])
    work = living.work_on(project)
    assert sum(map(len, work.values())) > 20
    living.change(template, RELEASE)
    living.publish(template, "v1.1.0")
    living.update(project)
    assert conflicts(project) == []
    assert living.lost(project, work) == []
    for name, texts in RELEASED.items():
        found = (project / name).read_text(encoding="utf-8")
        assert [text for text in texts if text not in found] == [], name
    for half in living.halves(project):
        features = (project / PACKAGE / f"{half}_app/features.py").read_text(encoding="utf-8")
        assert "orders.router," in features and "# By a release." in features


@pytest.mark.parametrize(
    ("begun", "later"), ANSWERED, ids=lambda data: "-".join(map(str, data.values()))
)
def test_another_answer_leaves_what_the_team_has_done(
    template: Path, tmp_path: Path, begun: dict[str, Any], later: dict[str, Any]
) -> None:
    project = living.start(template, tmp_path / "project", **begun)
    work = living.work_on(project)
    living.update(project, **later)
    assert conflicts(project) == []
    assert living.lost(project, work) == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_line_that_both_have_changed_is_a_conflict_that_is_seen(
    template: Path, tmp_path: Path, framework: str
) -> None:
    project = living.start(template, tmp_path / "project", framework=framework)
    ours = "port: Annotated[int, Field(ge=0, le=65535)] = 8000"
    settings = project / PACKAGE / "settings.py"
    living.change(project, [(f"{PACKAGE}/settings.py", swap(ours, ours + "  # the team's"))])
    living.commit(project, "a comment")
    living.change(
        template, [("template/src/{{ package_name }}/settings.py", swap(ours, ours + "  # ours"))]
    )
    living.publish(template, "v1.1.0")
    living.update(project)
    assert conflicts(project)
    assert "# the team's" in settings.read_text() and "# ours" in settings.read_text()
    # In the way in which the message after an update says that they are found.
    found = subprocess.run(
        ["git", "diff", "--check"], cwd=project, capture_output=True, text=True, check=False
    )
    assert found.returncode != 0 and "settings.py" in found.stdout
    # And by the project's own checks, should nobody have looked.
    checked = subprocess.run(
        [sys.executable, "-m", "pytest", "--noconftest", "-p", "no:cacheprovider", CHECK],
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 1 and "src/orders_api/settings.py" in checked.stdout


def test_what_the_team_has_deleted_stays_deleted(template: Path, tmp_path: Path) -> None:
    project = living.start(template, tmp_path / "project", framework="fastapi")
    gone = [f"{PACKAGE}/fastapi_app/todos.py", f"{PACKAGE}/schemas/todos.py", "compose.yaml"]
    for name in gone:
        (project / name).unlink()
    living.commit(project, "without the example")
    # One of them changes meanwhile, another does not.
    living.change(
        template,
        [
            (
                "template/{{ fastapi }}/src/{{ package_name }}/fastapi_app/todos.py",
                swap('"""', '"""New: '),
            )
        ],
    )
    living.publish(template, "v1.1.0")
    living.update(project)
    assert [name for name in gone if (project / name).exists()] == []
    assert git("ls-files", "--unmerged", cwd=project) == ""


def test_what_the_team_has_added_under_a_new_name_of_the_template_is_not_lost(
    template: Path, tmp_path: Path
) -> None:
    project = living.start(template, tmp_path / "project", framework="flask")
    mine = project / PACKAGE / "core/prices.py"
    mine.write_text('"""Prices, by the team."""\n', encoding="utf-8")
    living.commit(project, "prices")
    living.change(
        template,
        [
            (
                "template/src/{{ package_name }}/core/prices.py",
                lambda _: '"""Prices, of a release."""\n',
            )
        ],
    )
    living.publish(template, "v1.1.0")
    living.update(project)
    assert "by the team" in mine.read_text(encoding="utf-8")
