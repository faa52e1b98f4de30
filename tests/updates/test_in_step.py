"""A project whose answers were changed later equals one that was rendered from them at once."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FRAMEWORKS, Render, git, quick_copier
from tests.template.trees import SERVERS, contents
from tests.updates import living

pytestmark = pytest.mark.slow

# What it was begun with, and what is answered later; `data` of one does not need the other.
CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    *[
        ({"framework": one}, {"framework": other})
        for one in FRAMEWORKS
        for other in FRAMEWORKS
        if one != other
    ],
    ({"framework": "hybrid"}, {"legacy_app": "shop.web:create_app()"}),
    ({"framework": "hybrid", "legacy_app": "shop.web:create_app()"}, {"framework": "fastapi"}),
    *[
        ({"framework": name, "database": one}, {"database": other, "auth": auth})
        for name, one, other, auth in (
            ("fastapi", "none", "postgresql", "jwt"),
            ("flask", "sqlite", "postgresql", "jwt"),
            ("hybrid", "postgresql", "none", "none"),
            ("fastapi", "postgresql", "sqlite", "api_key"),
        )
    ],
    *[
        ({"framework": name, "auth": one}, {"auth": other})
        for name, one, other in (
            ("fastapi", "none", "jwt"),
            ("flask", "jwt", "oidc"),
            ("hybrid", "oidc", "api_key"),
        )
    ],
    *[
        ({"framework": name}, {"server": server})
        for name in ("fastapi", "flask")
        for server in SERVERS[name][1:]
    ],
    ({"framework": "fastapi"}, {"deploy": ["kubernetes", "lambda"], "ci": "gitlab"}),
    ({"framework": "flask", "deploy": ["kubernetes", "lambda"], "ci": "gitlab"}, {"deploy": [], "ci": "none"}),
    ({"framework": "flask", "server": "gevent"}, {"framework": "hybrid"}),
]  # fmt: skip
# Copier writes them down, and they tell where a project comes from.
ORIGIN = ("_commit", "_src_path")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return living.working_tree(tmp_path_factory.mktemp("in-step") / "template")


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_copier():
        yield


def files(project: Path) -> dict[str, bytes]:
    return {
        path: _without_origin(content) if path == ".copier-answers.yml" else content
        for path, content in contents(project).items()
        if not path.startswith(".git/")
    }


def _without_origin(stored: bytes) -> bytes:
    lines = stored.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(tuple(map(str.encode, ORIGIN))))


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> str:
    said = [f"only in one: {path}" for path in sorted({*one} ^ {*other})]
    for path in sorted({*one} & {*other}):
        if one[path] != other[path]:
            ours, theirs = (
                each[path].decode(errors="replace").splitlines() for each in (one, other)
            )
            said += difflib.unified_diff(ours, theirs, path, path, lineterm="", n=1)
    return "\n".join(said)


@pytest.mark.parametrize(
    ("begun", "later"), CHANGES, ids=lambda data: "-".join(map(str, data.values()))
)
def test_later_is_as_good_as_at_once(
    released: Path, render: Render, tmp_path: Path, begun: dict[str, Any], later: dict[str, Any]
) -> None:
    project = living.start(released, tmp_path / "project", **begun)
    living.update(project, **later)
    assert living.conflicts(project) == []
    stored = living.stored(project)
    at_once = render(**{name: value for name, value in stored.items() if name[0] != "_"})
    assert differences(files(at_once), files(project)) == ""


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_there_and_back_nothing_has_changed(released: Path, tmp_path: Path, framework: str) -> None:
    project = living.start(released, tmp_path / "project", framework=framework)
    other = "flask" if framework != "flask" else "hybrid"
    living.update(project, framework=other, database="sqlite", ci="none")
    living.commit(project, "there")
    assert git("diff", "--stat", "HEAD~1", cwd=project) != ""
    server = SERVERS[framework][0]
    living.update(project, framework=framework, database="postgresql", ci="github", server=server)
    living.commit(project, "and back")
    assert git("diff", "HEAD~2", cwd=project) == ""
