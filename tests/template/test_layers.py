"""A project is the shared files and the layers that apply; a hybrid is both frameworks, joined."""

from collections import Counter
from pathlib import Path
from typing import Any

import copier
import jinja2
import pytest
import yaml

from tests.conftest import FRAMEWORKS, ROOT, Render, fast_copier
from tests.template.trees import PROJECTS, TEMPLATE, contents, layer, provided

PACKAGE = "src/orders_api"
RECORD = "docs/decisions/0001-web-framework.md"

# What only a hybrid has: the application that joins the two, and its tests.
JOIN = (
    f"{PACKAGE}/hybrid_app/", f"{PACKAGE}/share_settings.py", "tests/hybrid_app/",
    "tests/http/apps/hybrid_",
)  # fmt: skip
# What only Flask alone has: its server. A hybrid is served as FastAPI is.
ALONE = {
    f"{PACKAGE}/gunicorn_config.py",
    f"{PACKAGE}/gunicorn_worker.py",
    f"{PACKAGE}/launch.py",
    "tests/test_gunicorn_config.py",
}
# Which files a project that becomes a hybrid, or stops being one, gets changed.
WIRING = {".copier-answers.yml", "README.md", "pyproject.toml", RECORD, f"{PACKAGE}/server.py"}
WIRING |= {f"{PACKAGE}/storage/capacity.py"}  # How many pools there are in a process.
WIRING |= {f"{PACKAGE}/legacy_settings.py", ".env.example"}  # Who is answered by which half.
SERVER = {"tests/http/server_facts.py", "tests/test_server_settings.py"}
DRIVERS = {f"{PACKAGE}/storage/dialects.py", "tests/drivers.py"}  # asyncpg comes with FastAPI.
BENCH = {"bench/bare.py", "bench/server.py", "bench/todos.py"}  # Beside which framework.
MOVED = {"fastapi": WIRING, "flask": WIRING | SERVER | DRIVERS | BENCH}

SETTINGS = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
LAYERS = {
    name: asked["default"]
    for name, asked in SETTINGS.items()
    if isinstance(asked, dict) and asked.get("when") is False and "'.' if" in asked["default"]
}


def active(project: str) -> set[str]:
    """Return the layers that apply, worked out in order: one may follow from those before."""
    asked = PROJECTS[project]
    known: dict[str, Any] = {"package_name": "orders_api", "chosen": asked["framework"]}
    known["database"] = asked.get("database", "postgresql")
    usual = "none" if known["database"] == "none" else "jwt"
    known["asked_of_callers"] = asked.get("auth", usual)
    own_server = "gunicorn" if asked["framework"] == "flask" else "uvicorn"
    known["serves"] = asked.get("server", own_server)
    known["deploy"] = asked.get("deploy", [])
    known["ci"] = asked.get("ci", "github")
    known["legacy_app"] = asked.get("legacy_app", "orders_api.flask_app:create_app()")
    strict = jinja2.Environment(undefined=jinja2.StrictUndefined)
    for name, default in LAYERS.items():
        known[name] = strict.from_string(default).render(known)
    return {name for name in LAYERS if known[name] == "."}


def joined(paths: set[str]) -> set[str]:
    return {path for path in paths if path.startswith(JOIN)}


def test_a_hybrid_has_the_files_of_both_frameworks_and_those_that_join_them(
    render: Render,
) -> None:
    fastapi, flask, hybrid = ({*contents(render(framework=name))} for name in FRAMEWORKS)
    assert hybrid - joined(hybrid) == (fastapi | flask) - ALONE
    assert not joined(fastapi | flask)
    assert all(any(path.startswith(prefix) for path in hybrid) for prefix in JOIN)
    assert flask - fastapi >= ALONE


@pytest.mark.parametrize("framework", MOVED)
def test_a_file_that_a_framework_shares_with_the_hybrid_differs_in_the_wiring_alone(
    render: Render, framework: str
) -> None:
    alone, hybrid = contents(render(framework=framework)), contents(render(framework="hybrid"))
    assert {path for path in alone.keys() & hybrid if alone[path] != hybrid[path]} == MOVED[
        framework
    ]


@pytest.mark.parametrize("framework", MOVED)
def test_the_application_of_a_framework_is_that_of_the_hybrid_byte_for_byte(
    render: Render, framework: str
) -> None:
    application = f"{PACKAGE}/{framework}_app"
    alone = contents(render(framework=framework) / application)
    assert "todos.py" in alone
    assert alone == contents(render(framework="hybrid") / application)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("database", ["sqlite", "none"])
def test_an_application_is_the_same_byte_for_byte_wherever_its_data_is_kept(
    render: Render, framework: str, database: str
) -> None:
    usual = contents(render(framework=framework, auth="none") / PACKAGE)
    other = contents(render(framework=framework, auth="none", database=database) / PACKAGE)
    above = [path for path in usual if path.split("/")[0].endswith(("_app", "edge", "schemas"))]
    assert above
    assert {path: usual[path] for path in above} == {path: other[path] for path in above}


@pytest.mark.parametrize("project", PROJECTS)
def test_no_two_layers_that_apply_together_provide_the_same_path(project: str) -> None:
    assert [path for path, count in Counter(provided(active(project))).items() if count > 1] == []


@pytest.mark.parametrize("project", PROJECTS)
def test_a_project_is_the_shared_files_and_the_layers_that_apply(
    render: Render, project: str
) -> None:
    assert {*contents(render(**PROJECTS[project]))} == {*provided(active(project))}


def test_every_layer_has_a_folder_and_every_such_folder_is_a_layer() -> None:
    assert {name for path in TEMPLATE for part in path if (name := layer(part))} == {*LAYERS}


def test_every_layer_applies_to_some_project_and_none_to_all() -> None:
    for name in LAYERS:
        assert 0 < sum(name in active(project) for project in PROJECTS) < len(PROJECTS)


@pytest.mark.parametrize("project", PROJECTS)
def test_every_project_has_one_server(project: str) -> None:
    assert len(active(project) & {"uvicorn", "gunicorn", "granian", "hypercorn"}) == 1


@pytest.mark.parametrize("project", PROJECTS)
def test_no_folder_is_left_empty(render: Render, project: str) -> None:
    folders = [path for path in render(**PROJECTS[project]).rglob("*") if path.is_dir()]
    assert [path for path in folders if not any(path.iterdir())] == []


SAYS = {"on": "{{ '.' if true else '' }}", "off": "{{ '.' if false else '' }}"}


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    """What Copier makes of layers that say ".", of layers that say nothing, and of both."""
    template = tmp_path / "template"
    for path in (
        "shared/1",
        "{{ on }}/shared/2",
        "{{ on }}/{{ on }}/3",
        "{{ off }}/off/4",
        "{{ on }}/{{ off }}/shared/5",
    ):
        (template / path).parent.mkdir(parents=True, exist_ok=True)
        (template / path).write_text(path)
    layers = {name: {"type": "str", "when": False, "default": says} for name, says in SAYS.items()}
    (template / "copier.yml").write_text(yaml.safe_dump({"_exclude": ["copier.yml"], **layers}))
    with fast_copier():
        copier.run_copy(str(template), tmp_path / "project", defaults=True, quiet=True)
    return tmp_path / "project"


def test_copier_lays_a_folder_named_by_a_dot_over_the_project(laid: Path) -> None:
    assert {*contents(laid)} == {"shared/1", "shared/2", "3"}


def test_copier_leaves_nothing_of_a_folder_without_a_name(laid: Path) -> None:
    assert sorted(path.name for path in laid.rglob("*") if path.is_dir()) == ["shared"]
