"""Each variant: installed from its first lock, checked, booted under its server, called, stopped."""

import json
import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import FRAMEWORKS, Render
from tests.projects import workflow
from tests.projects.browser import authorize, look, present, search, try_it_out
from tests.projects.callers import ACCOUNT, auth, providing, register, signed_in
from tests.projects.conftest import locked
from tests.projects.constraints import locked_versions
from tests.projects.functions import event, handler, packaged
from tests.projects.project import Project, environment
from tests.projects.runtime_api import started
from tests.projects.services import Services

IN_PRODUCTION = {
    "ENVIRONMENT": "production", "POOL_SIZE": "1", "ALLOWED_HOSTS": "*.amazonaws.com",
    "DATABASE_URL": "postgresql://app@127.0.0.1:1/app", "JWT_KEYS": f"k1:{uuid4().hex}{uuid4().hex}",
    "OIDC_ISSUER": "https://id.example.org", "OIDC_AUDIENCE": "orders",
}  # fmt: skip
CHECK = "uv run poe check"
# One variant of each framework.
ONE_EACH = ("fastapi-postgresql-jwt", "flask-none-none", "hybrid-postgresql-jwt")


@pytest.mark.step("install")
def test_first_lock_finds_the_versions_that_were_tested(project: Project) -> None:
    project.run("uv sync --quiet --locked")
    settings = tomllib.loads(project.read("pyproject.toml"))["tool"]["uv"]
    newest = dict(line.split("<=") for line in settings["constraint-dependencies"])
    resolved = locked_versions(project.read("uv.lock"))
    assert {name: newest.get(name) for name in resolved} == resolved


@pytest.mark.parametrize(
    "task", [pytest.param(task, marks=pytest.mark.step(task)) for task in workflow.TASKS]
)
def test_own_check_passes(project: Project, task: str) -> None:
    project.run(f"uv run --locked poe {task}")


@pytest.mark.step("boot")
def test_project_boots_answers_and_stops_as_its_readme_says(
    project: Project, services: Services
) -> None:
    settings = services.settings(project)
    with providing(project), project.served(DRAIN_SECONDS="1", **settings) as server:
        printed = called(project, server.url, settings)
        *_, todo, todos = (line for line in printed if line.startswith("{"))
        assert json.loads(todos)["items"] == [json.loads(todo)]
        assert ("event: done" in printed) == any("curl -N" in line for line in project.commands)
        for probe in ("livez", "readyz", "openapi.json", "metrics"):
            subprocess.check_call(["curl", "-fsS", "-o", os.devnull, f"{server.url}/{probe}"])
        if project.adopts:
            cart = subprocess.check_output(["curl", "-fsS", f"{server.url}/cart"])
            assert cart == b"the cart"
        drained = server.drain()
    assert drained.status in (0, 143)
    assert drained.ready[-1] == 503, "It is not ready any more before it stops."
    assert {line["level"] for line in server.lines()} <= {"info", "debug"}


def called(project: Project, url: str, settings: dict[str, str]) -> list[str]:
    """Run the calls of the README; return what they print, line by line."""
    pattern = re.compile(r"curl |^\w+=\$\(|^uv run \S+ migrate$")
    calls = "\n".join(command for command in project.commands if pattern.search(command))
    calls = calls.replace("curl ", "curl -fsS -w '\\n' ").replace("http://127.0.0.1:8000", url)
    printed = subprocess.check_output(
        ["sh", "-c", f"set -eu\n{calls}"],
        cwd=project.folder,
        env=environment(**settings),
        text=True,
    )
    return printed.splitlines()


@pytest.mark.step("own tests")
@pytest.mark.on_change(
    "fastapi-postgresql-jwt", "flask-sqlite-jwt", "flask-postgresql-oidc", "hybrid-postgresql-jwt"
)
def test_own_tests_pass(project: Project) -> None:
    project.run("uv run --locked poe test")


@pytest.mark.step("without example")
@pytest.mark.on_change("fastapi-sqlite-api_key", "flask-none-none", "hybrid-postgresql-jwt")
def test_project_passes_its_checks_without_the_example(project: Project, tmp_path: Path) -> None:
    mine = project.copy(tmp_path / "project")
    commands = [line for line in mine.deletes_example.splitlines() if line != CHECK]
    mine.run(shlex.join(["sh", "-euc", "\n".join(commands)]))
    mine.run(CHECK)


@pytest.mark.step("new feature")
@pytest.mark.on_change("fastapi-sqlite-api_key", "flask-none-none", "hybrid-postgresql-jwt")
def test_feature_can_be_added_by_the_steps_of_the_readme(project: Project, tmp_path: Path) -> None:
    mine = project.copy(tmp_path / "project")
    package, tests = mine.package, mine.folder / "tests"
    for folder in (package, tests):
        copy_feature(folder / "todos", folder / "orders")
    fastapi_app, flask_app = package / "fastapi_app.py", package / "flask_app.py"
    if fastapi_app.exists() and flask_app.exists():
        (package / "orders/views.py").unlink()
        (tests / "orders/contract_cases.py").unlink()
    app = fastapi_app if fastapi_app.exists() else flask_app
    app.write_text(add_router(app.read_text(encoding="utf-8")), encoding="utf-8")
    if (package / "migrations").exists():  # Alembic compares the models with a migrated database.
        mine.run("uv run poe migrate")
    section = mine.read("README.md").partition("## A new feature")[2].partition("\n## ")[0]
    for step in re.findall(r"`(uv run [^`]+)`", section):
        mine.run(step)
    assert "orders" in mine.run("uv run pytest --collect-only -q tests/orders")


def copy_feature(source: Path, target: Path) -> None:
    """Copy the example, with other names for the classes, the table and the URLs."""
    for path in source.glob("*.py"):
        name = path.name.replace("todo", "order")
        text = path.read_text(encoding="utf-8").replace("todo", "order").replace("Todo", "Order")
        target.mkdir(exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")


def add_router(app: str) -> str:
    """Add each line of the example once more, for the new feature."""
    lines = [
        line if "todos" not in line else f"{line.replace('todos', 'orders')}\n{line}"
        for line in app.splitlines()
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.step("broken layers")
@pytest.mark.on_change(*ONE_EACH)
@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("todos/service.py", "import {framework}"),
        ("todos/service.py", "from . import {endpoints} as above"),
        ("todos/models.py", "from . import service as above"),
        ("todos/service.py", "from ..settings import Settings as above"),
        ("kit/errors.py", "from ..todos import service as above"),
        ("kit/errors.py", "from ..settings import Settings as above"),
        ("kit/errors.py", "from . import problems as above"),
    ],
)
def test_import_of_an_upper_layer_is_found(
    project: Project, path: str, line: str, tmp_path: Path
) -> None:
    mine = project.copy(tmp_path / "project")
    fastapi = (mine.package / "fastapi_app.py").exists()
    framework, endpoints = ("fastapi", "router") if fastapi else ("flask", "views")
    module = mine.package / path
    broken = line.format(framework=framework, endpoints=endpoints)
    module.write_text(f"{broken}\n{module.read_text()}")
    checked = mine.attempt("uv run poe layers")
    assert checked.returncode != 0
    assert "BROKEN" in checked.stdout


@pytest.mark.step("wrong settings")
@pytest.mark.on_change(*ONE_EACH)
def test_invalid_setting_is_reported_without_a_traceback(project: Project) -> None:
    done = subprocess.run(
        shlex.split(project.commands[0]),
        cwd=project.folder,
        env=environment(PORT="http"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "PORT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.step("browser")
@pytest.mark.on_change("fastapi-postgresql-jwt")
def test_documentation_works_in_a_browser(project: Project) -> None:
    with providing(project), project.served() as server:
        send = try_it_out("POST", "/api/v1/todos", '{"title": "Buy milk"}')
        if auth(project) == "jwt":
            register(server)
            send = authorize(ACCOUNT["email"], ACCOUNT["password"], then=send)
        if auth(project) == "api_key":
            send = present(signed_in(project, server)["X-API-Key"], then=send)
        if auth(project) == "oidc":
            bearer = signed_in(project, server)["Authorization"]
            send = present(bearer.removeprefix("Bearer "), then=send)
        docs = look(f"{server.url}/docs", until="todos", act=send)
        assert docs.clean, docs
        assert docs.result.startswith("201")
        redoc = look(f"{server.url}/redoc", until="todos", act=search("complete"))
        assert redoc.clean, redoc
        assert "complete" in redoc.result.lower()


@pytest.mark.step("lambda")
@pytest.mark.having(deploy=("lambda",))
@pytest.mark.on_change("fastapi-none-none")
def test_package_for_lambda_answers_without_a_server_in_it(
    project: Project, client: Path, tmp_path: Path
) -> None:
    task = packaged(project, tmp_path / "task").task
    assert not {path.name for path in task.iterdir()} & {"gunicorn", "hypercorn", "uvicorn"}
    name, log = handler(project, "template.yaml"), tmp_path / "log"
    with started(client, task, name, log, **IN_PRODUCTION) as function:
        function.expect("ready")
        answer = function.invoke(event("GET", "/livez")).content
    assert answer["statusCode"] == 200, answer


@pytest.mark.step("one API")
@pytest.mark.parametrize(
    "auth_answer", ["jwt", pytest.param("oidc", marks=pytest.mark.nightly)]
)  # fmt: skip
def test_every_framework_describes_the_same_api(
    render: Render, tmp_path: Path, auth_answer: str
) -> None:
    documents: dict[str, dict[str, Any]] = {}
    for framework in FRAMEWORKS:
        project = locked(
            Project(render(framework=framework, auth=auth_answer)).copy(tmp_path / framework)
        )
        with project.served() as server:
            answer = subprocess.check_output(["curl", "-fsS", f"{server.url}/openapi.json"])
            documents[framework] = json.loads(answer)
    assert documents["flask"] == documents["fastapi"]
    assert documents["hybrid"] == documents["fastapi"]
