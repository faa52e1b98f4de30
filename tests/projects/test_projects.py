"""Each framework: rendered, locked, checked, booted under its server, called, looked at, stopped."""

import json
import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from tests.conftest import FRAMEWORKS, fast_copier
from tests.matrix.checks import faults
from tests.matrix.memory import Renderer
from tests.projects import workflow
from tests.projects.browser import authorize, look, present, search, try_it_out
from tests.projects.callers import ACCOUNT, auth, providing, register, signed_in
from tests.projects.conftest import SHOP, rendered
from tests.projects.constraints import locked
from tests.projects.functions import event, handler, packaged
from tests.projects.project import Project, environment
from tests.projects.runtime_api import started
from tests.projects.services import Services

# What is of its own kind where another application is mounted: the front, what joins both, the one
# pool, and what is said of all settings. The halves by themselves are what they are elsewhere.
FRONT = "hybrid_front or served or hybrid_app or test_capacity or test_settings or test_cli"
CHECKS = ("lint", "types", "layers")
# What serves elsewhere; on Lambda nothing does.
BY_ITSELF = {"gevent", "granian", "gunicorn", "hypercorn", "uvicorn", "uvloop"}
IN_PRODUCTION = {
    "ENVIRONMENT": "production", "THREADS": "1", "POOL_SIZE": "1", "ALLOWED_HOSTS": "*.amazonaws.com",
    "DATABASE_URL": "postgresql://app@127.0.0.1:1/app", "JWT_KEYS": f"k1:{uuid4().hex}{uuid4().hex}",
    "OIDC_ISSUER": "https://id.example.org", "OIDC_AUDIENCE": "orders",
}  # fmt: skip


@pytest.mark.step("install")
def test_the_first_lock_finds_what_was_tested(project: Project) -> None:
    settings = tomllib.loads(project.read("pyproject.toml"))["tool"]["uv"]
    newest = dict(line.split("<=") for line in settings["constraint-dependencies"])
    found = locked(project.read("uv.lock"))
    assert {name: newest.get(name) for name in found} == found
    # That they are the newest of all does not show that anything is held back.
    kept = tomllib.loads(project.read("uv.lock"))["manifest"]["constraints"]
    assert {each["name"]: each["specifier"] for each in kept} == {
        name: f"<={version}" for name, version in newest.items()
    }


@pytest.mark.step("files")
def test_its_files_are_those_of_its_answers(project: Project, template: Path) -> None:
    kept = yaml.safe_load(project.read(".copier-answers.yml"))
    answers = {name: answer for name, answer in kept.items() if name[0] != "_"}
    with fast_copier():
        rendered = Renderer(template).render(answers)
    assert faults(rendered) == []
    # By the command line, without --trust and without a terminal, it comes out just so.
    on_disk = {path: (project.folder / path).read_bytes() for path in rendered.files}
    assert [path for path in on_disk if on_disk[path] != rendered.files[path]] == []


@pytest.mark.parametrize(
    "task", [pytest.param(task, marks=pytest.mark.step(task)) for task in CHECKS]
)
def test_it_passes_its_own_checks(project: Project, task: str, known_types: Path) -> None:
    printed = project.run(f"uv run --locked poe {task}", MYPY_CACHE_DIR=str(known_types))
    assert task != "layers" or "Contracts: 3 kept, 0 broken." in printed


@pytest.mark.step("boot")
def test_it_boots_answers_and_stops_as_its_readme_says(
    project: Project, services: Services
) -> None:
    stops_with = re.search(r"the exit status is (\d+)", project.read("README.md"))
    assert stops_with
    wanted = re.compile(r"curl |^\w+=\$\(|^uv run \S+ migrate$")
    calls = "\n".join(command for command in project.commands if wanted.search(command))
    calls = calls.replace("curl ", "curl -fsS -w '\\n' ")
    told = services.settings(project)
    with providing(project), project.served(DRAIN_SECONDS="1", **told) as server:
        script = f"set -eu\n{calls}".replace("http://127.0.0.1:8000", server.url)
        said = subprocess.check_output(
            ["sh", "-c", script], cwd=project.folder, env=environment(**told), text=True
        )
        *_, todo, todos = said.splitlines()
        assert json.loads(todos)["items"] == [json.loads(todo)]
        for probe in ("livez", "readyz", "openapi.json", "metrics"):
            subprocess.check_call(["curl", "-fsS", "-o", os.devnull, f"{server.url}/{probe}"])
        if project.adopts:
            cart = subprocess.check_output(["curl", "-fsS", f"{server.url}/cart"])
            assert cart == b"the cart", "What it adopts goes on to answer."
        drained = server.drain()
    assert drained.status == int(stops_with[1])
    assert drained.ready[-1] == 503, "It says that it stops, before it does."
    for line in server.log.read_text().splitlines():
        assert line.startswith("{"), "Every line is JSON, those of the server included."
        assert json.loads(line)["level"] in ("info", "debug"), line


@pytest.mark.step("lambda")
@pytest.mark.having(deploy=("lambda",))
def test_its_package_for_lambda_answers_there_and_has_no_server_in_it(
    project: Project, client: Path, tmp_path: Path
) -> None:
    task = packaged(project, tmp_path / "task").task
    assert {path.name for path in task.iterdir()} & BY_ITSELF == set()
    name, log = handler(project, "template.yaml"), tmp_path / "log"
    with started(client, task, name, log, **IN_PRODUCTION) as function:
        function.expect("ready")
        answer = function.invoke(event("GET", "/livez")).content
    assert answer["statusCode"] == 200, answer


@pytest.mark.step("ci")
def test_its_ci_runs_the_checks_of_a_developer(project: Project) -> None:
    tasks = tomllib.loads(project.read("pyproject.toml"))["tool"]["poe"]["tasks"]
    sequence = tasks["check"]["sequence"]
    assert sequence == [*CHECKS, "test"]
    commands = [command for command in workflow.commands(project) if workflow.CHECKS(command)]
    expected = [f"uv run --locked poe {task}" for task in sequence]
    assert commands == (expected if workflow.file(project) else [])


@pytest.mark.step("names")
def test_its_tests_can_be_collected(project: Project) -> None:
    assert len(names(project)) > 100


@pytest.mark.step("names")
@pytest.mark.gate
def test_its_tests_have_the_same_names_in_each_run(project: Project) -> None:
    """Or workers of pytest-xdist, of which a machine with one processor has one, cannot share them."""
    assert names(project, PYTHONHASHSEED="1") == names(project, PYTHONHASHSEED="2")


def names(project: Project, **variables: str) -> list[str]:
    printed = project.run("uv run --locked pytest --collect-only --quiet", **variables)
    return re.findall(r"^tests/.*", printed, re.MULTILINE)


@pytest.mark.step("own tests")
@pytest.mark.gate
def test_it_passes_its_own_tests_as_its_ci_runs_them(project: Project) -> None:
    printed = project.run("uv run --locked poe test")
    assert "Required test coverage of 90.0% reached" in printed


@pytest.mark.step("broken layers")
@pytest.mark.gate
@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("core/todos.py", "import pydantic"),
        ("core/todos.py", "from ..schemas import todos"),
        ("storage/settings.py", "from ..services import todos"),
        ("services/todos.py", "from ..{adapter} import todos as above"),
        ("services/todos.py", "import {framework}"),
    ],
)
def test_a_broken_layer_is_found(project: Project, module: str, line: str) -> None:
    folders = [path.name for path in project.package.iterdir()]
    adapter = next(name for name in ("fastapi_app", "flask_app") if name in folders)
    broken = project.package / module
    whole = broken.read_text()
    broken.write_text(
        f"{line.format(adapter=adapter, framework=adapter.removesuffix('_app'))}\n{whole}"
    )
    try:
        checked = project.attempt("uv run --locked poe layers")
    finally:
        broken.write_text(whole)
    assert checked.returncode != 0
    assert "BROKEN" in checked.stdout


@pytest.mark.step("wrong settings")
@pytest.mark.gate
def test_what_it_does_not_understand_is_said_in_one_sentence(project: Project) -> None:
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
    assert done.stderr.startswith("PORT: ")
    assert "Traceback" not in done.stderr


@pytest.mark.step("browser")
@pytest.mark.gate
def test_the_documentation_works_in_a_browser(project: Project, tmp_path: Path) -> None:
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
        docs = look(f"{server.url}/docs", until="Browse", act=send)
        assert docs.clean, docs
        assert docs.result.startswith("201")
        redoc = look(f"{server.url}/redoc", until="Browse", act=search("complete"))
        assert redoc.clean, redoc
        assert "Complete" in redoc.result


@pytest.mark.parametrize("asked", ["jwt", "oidc"])
def test_every_framework_describes_the_same_api(
    template: Path, tmp_path_factory: pytest.TempPathFactory, asked: str
) -> None:
    documents = {}
    for framework in FRAMEWORKS:
        folder = tmp_path_factory.mktemp(framework)
        project = rendered(framework, template, folder, f"--data=auth={asked}")
        with project.served() as server:
            answer = subprocess.check_output(["curl", "-fsS", f"{server.url}/openapi.json"])
            documents[framework] = json.loads(answer) | {"info": "of another name"}
    assert documents["flask"] == documents["fastapi"]
    assert documents["hybrid"] == documents["fastapi"]


def test_a_hybrid_carries_the_application_of_somebody_else(template: Path, tmp_path: Path) -> None:
    project = Project.render(
        template,
        tmp_path / "orders-api",
        "--data=framework=hybrid",
        "--data=legacy_app=orders_api.shop:create_app()",
        "--data=auth=none",
    )
    (project.package / "shop.py").write_text(SHOP)
    printed = project.run(f"uv run pytest --quiet -k '{FRONT}'")
    # A collector that is gone may be complained about after that line.
    [passed] = re.findall(r"^(\d+) passed", printed, re.MULTILINE)
    assert int(passed) > 600, printed[-500:]
    with project.served() as server:
        for path, answer in {"/": b"the shop", "/cart": b"the cart"}.items():
            assert subprocess.check_output(["curl", "-fsS", f"{server.url}{path}"]) == answer
        todos = subprocess.check_output(["curl", "-fsS", f"{server.url}/api/v1/todos"])
        assert json.loads(todos)["items"] == []
