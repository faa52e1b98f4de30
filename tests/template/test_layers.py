"""A project is the shared files and the layers that apply; a hybrid is both frameworks, joined."""

from pathlib import Path

import pytest
import yaml

from tests.conftest import FRAMEWORKS, Render, copy, stored_answers
from tests.matrix.variants import variants
from tests.template.trees import TEMPLATE, applying, contents, layer, layers

PACKAGE = "src/orders_api"


@pytest.mark.parametrize("framework", ["fastapi", "flask"])
def test_application_of_a_framework_is_that_of_the_hybrid(render: Render, framework: str) -> None:
    application = f"{PACKAGE}/{framework}_app"
    alone = contents(render(framework=framework) / application)
    assert alone
    assert alone == contents(render(framework="hybrid") / application)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_application_is_the_same_whatever_the_database(render: Render, framework: str) -> None:
    usual, other = (
        contents(render(framework=framework, auth="none", database=database) / PACKAGE)
        for database in ("postgresql", "none")
    )
    above = [path for path in usual if path.split("/")[0].endswith(("_app", "edge", "schemas"))]
    assert above
    assert {path: usual[path] for path in above} == {path: other[path] for path in above}


def test_every_layer_has_a_folder_and_every_such_folder_is_a_layer() -> None:
    assert {name for path in TEMPLATE for part in path if (name := layer(part))} == {*layers()}


def test_every_layer_applies_to_some_variants_and_none_to_all(render: Render) -> None:
    stored = [stored_answers(render(**variant.answers)) for variant in variants().values()]
    applied = [applying({**answers, "kit_tests": not at}) for at, answers in enumerate(stored)]
    for name in layers():
        assert 0 < sum(name in each for each in applied) < len(applied), name


def test_copier_lays_a_folder_named_by_a_dot_over_the_project(tmp_path: Path) -> None:
    template = tmp_path / "template"
    for path in ("shared/1", "{{ on }}/shared/2", "{{ on }}/{{ on }}/3", "{{ on }}/{{ off }}/4"):
        (template / path).parent.mkdir(parents=True, exist_ok=True)
        (template / path).write_text(path)
    said = {"on": "{{ '.' if true else '' }}", "off": "{{ '.' if false else '' }}"}
    asked = {name: {"type": "str", "when": False, "default": each} for name, each in said.items()}
    (template / "copier.yml").write_text(yaml.safe_dump({"_exclude": ["copier.yml"], **asked}))
    project = copy(template, tmp_path / "project")
    assert {*contents(project)} == {"shared/1", "shared/2", "3"}
    assert sorted(path.name for path in project.rglob("*") if path.is_dir()) == ["shared"]
