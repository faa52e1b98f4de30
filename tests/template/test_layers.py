"""A project is the shared files and the layers that apply; a hybrid is both frameworks, joined."""

import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import Render, copy, stored_answers
from tests.matrix.choices import FEATURES, WITH_FEATURES
from tests.matrix.variants import variants
from tests.template.trees import TEMPLATE, applying, contents, layer, layers

PACKAGE = "src/orders_api"
# The files of the kit with several contents: an answer picks one. `db` is a database or a
# store, as is what jobs know of it.
WIRING = re.compile(
    r"db/.*|server/(__init__|worker)\.py|aws_lambda/adapter\.py|bridge/greenlets\.py"
    r"|websocket/server_options\.py|jobs/(transactions|queue|settings)\.py"
)
MAX_WIRING = 40


@pytest.fixture(scope="module")
def kits(render: Render) -> dict[str, set[bytes]]:
    """The contents of each file of the kit, in all variants."""
    kits: dict[str, set[bytes]] = {}
    for answers in (*(variant.answers for variant in variants().values()), *WITH_FEATURES):
        [kit] = render(**answers).glob("src/*/kit")
        for path, content in contents(kit).items():
            kits.setdefault(path, set()).add(content)
    return kits


def test_file_of_the_kit_has_one_content(kits: dict[str, set[bytes]]) -> None:
    several = {path for path, contents_found in kits.items() if len(contents_found) > 1}
    assert [path for path in several if not WIRING.fullmatch(path)] == []
    assert {path.partition("/")[0] for path in several} == {
        *("aws_lambda", "bridge", "db", "jobs", "server", "websocket")
    }


def test_wiring_of_the_kit_is_short(kits: dict[str, set[bytes]]) -> None:
    wiring = {
        path: contents_found
        for path, contents_found in kits.items()
        if path.startswith(("bridge/", "server/"))
    }
    long = [
        path
        for path, contents_found in wiring.items()
        if len(contents_found) > 1
        and max(content.count(b"\n") for content in contents_found) > MAX_WIRING
    ]
    assert long == []


def test_kit_has_no_jinja() -> None:
    kit = ["/".join(path) for path in TEMPLATE if "kit" in path and "tests" not in path]
    assert kit
    assert [path for path in kit if path.endswith(".jinja")] == []


@pytest.mark.parametrize("framework", ["fastapi", "flask"])
def test_features_and_application_are_those_of_the_hybrid(render: Render, framework: str) -> None:
    own, hybrid = (contents(render(framework=each) / PACKAGE) for each in (framework, "hybrid"))
    paths = [path for path in own if path.startswith((f"{framework}_app", "todos/", "auth/"))]
    assert f"{framework}_app.py" in paths
    assert {path: own[path] for path in paths} == {path: hybrid[path] for path in paths}


@pytest.mark.parametrize("framework", ["fastapi", "flask", "hybrid"])
def test_endpoints_are_the_same_whatever_the_database(render: Render, framework: str) -> None:
    usual, other = (
        contents(render(framework=framework, auth="none", database=database) / PACKAGE)
        for database in ("postgresql", "none")
    )
    names = ("router.py", "views.py", "schemas.py", "_app.py")
    paths = [path for path in usual if path.endswith(names) and not path.startswith("kit/")]
    assert paths
    assert {path: usual[path] for path in paths} == {path: other[path] for path in paths}


def test_every_layer_has_a_folder_and_every_such_folder_is_a_layer() -> None:
    assert {name for path in TEMPLATE for part in path if (name := layer(part))} == {*layers()}


def test_every_layer_applies_to_some_variants_and_none_to_all(render: Render) -> None:
    stored = [stored_answers(render(**variant.answers)) for variant in variants().values()]
    applied = []
    for at, answers in enumerate(stored):
        # What is never asked: these two have it, each with another queue of jobs.
        features = [*FEATURES] if at in (0, 2) else []
        queue = "celery" if at else "procrastinate"
        applied.append(
            applying({**answers, "kit_tests": not at, "features": features, "job_queue": queue})
        )
    for name in layers():
        assert 0 < sum(name in each for each in applied) < len(applied), name


def test_copier_lays_a_folder_named_by_a_dot_over_the_project(tmp_path: Path) -> None:
    template = tmp_path / "template"
    on, off = "{{ layer.first }}", "{{ layer.second }}"
    for path in ("shared/1", f"{on}/shared/2", f"{on}/{on}/3", f"{on}/{off}/4"):
        (template / path).parent.mkdir(parents=True, exist_ok=True)
        (template / path).write_text(path)
    table = "first: \"{{ '.' if true }}\"\nsecond: \"{{ '.' if false }}\"\n"
    question = {"type": "yaml", "when": False, "default": table}
    settings = {"_exclude": ["copier.yml"], "layer": question}
    (template / "copier.yml").write_text(yaml.safe_dump(settings))
    project = copy(template, tmp_path / "project")
    assert {*contents(project)} == {"shared/1", "shared/2", "3"}
    assert sorted(path.name for path in project.rglob("*") if path.is_dir()) == ["shared"]
