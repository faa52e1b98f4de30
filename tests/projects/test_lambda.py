"""AWS Lambda: the package of each framework, called by AWS's own client, and by `sam local`.

awslambdaric is what calls a function in Lambda too; the Runtime API that it asks is a stand-in,
`runtime_api.py`. `sam local` brings AWS's emulator of it, and runs it in a container; where no
registry is reached, the image of the runtime is a stand-in as well.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import uuid4
from zipfile import ZipFile

import pytest

from decision.evidence.processes import free_port
from tests.conftest import FRAMEWORKS, Render
from tests.projects import functions
from tests.projects.callers import ACCOUNT
from tests.projects.conftest import locked
from tests.projects.containers import docker, require_engine
from tests.projects.functions import Package, event, handler, packaged
from tests.projects.project import Project, environment
from tests.projects.runtime_api import Failed, Instance, started

pytestmark = [pytest.mark.slow, pytest.mark.nightly, pytest.mark.step("lambda")]

TODOS = "/api/v1/todos"
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
LOGIN = urlencode({"username": ACCOUNT["email"], "password": ACCOUNT["password"]})
# What the first bytes of a library say of the machine it is for: https://refspecs.linuxfoundation.org
MACHINES = {"x86_64": 62, "arm64": 183}
SAM = "uvx --from aws-sam-cli==1.170.0 sam"


@pytest.fixture(scope="module", params=FRAMEWORKS)
def project(
    request: pytest.FixtureRequest, render: Render, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    rendered = Project(render(framework=request.param, deploy=["lambda"]))
    return locked(rendered.copy(tmp_path_factory.mktemp("lambda") / "orders-api"))


@pytest.fixture(scope="module")
def package(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return packaged(project, tmp_path_factory.mktemp("package") / "task")


@pytest.fixture
def network() -> Iterator[str]:
    """A network of its own, once the image of the runtime is there: SAM is told to pull nothing."""
    require_engine()
    image = f"public.ecr.aws/lambda/python:{functions.PYTHON}-x86_64"
    if not docker("images", "--quiet", image).strip():
        docker("pull", "--quiet", image)
    name = f"test-{uuid4().hex[:12]}"
    docker("network", "create", name)
    yield name
    docker("network", "rm", name)


@pytest.fixture
def database(network: str) -> Iterator[int]:
    """A PostgreSQL of its own, called `database` in the network; here, it has this port."""
    name, port = f"test-{uuid4().hex[:12]}", free_port()
    variables = [f"--env=POSTGRES_{each}=app" for each in ("USER", "PASSWORD", "DB")]
    where = [f"--network={network}", "--network-alias=database", f"--publish=127.0.0.1:{port}:5432"]
    docker("run", "--detach", f"--name={name}", *where, *variables, "postgres:17.12")
    try:
        deadline = monotonic() + 60
        ask = ["docker", "exec", name, "pg_isready", "--host=127.0.0.1", "--username=app"]
        while subprocess.run(ask, capture_output=True, check=False).returncode != 0:
            assert monotonic() < deadline, docker("logs", name)
            sleep(0.2)
        yield port
    finally:
        docker("rm", "--force", "--volumes", name)


def secrets(host: str) -> dict[str, str]:
    return {
        "DATABASE_URL": f"postgresql://app:app@{host}/app",
        "JWT_KEYS": f"k1:{uuid4().hex}{uuid4().hex}",
    }


def settings(host: str) -> dict[str, str]:
    """Return the variables that template.yaml gives a function."""
    return {
        "ENVIRONMENT": "production",
        "POOL_SIZE": "1",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",  # From `LogFormat`.
        "ALLOWED_HOSTS": "*.execute-api.us-east-1.amazonaws.com",
        **secrets(host),
    }


def call(instance: Instance, *parts: Any) -> dict[str, Any]:
    answer: dict[str, Any] = instance.invoke(event(*parts)).content
    return answer


def test_function_is_migrated_and_serves(
    project: Project, package: Package, client: Path, database: int, tmp_path: Path
) -> None:
    service = settings(f"127.0.0.1:{database}")
    migration = {"POOL_SIZE": "1", "DATABASE_URL": service["DATABASE_URL"]}

    @contextmanager
    def running(template: str, name: str) -> Iterator[Instance]:
        log = tmp_path / name
        variables = migration if template == "migrate.yaml" else service
        with started(
            client, package.task, handler(project, template), log, **variables
        ) as started_instance:
            started_instance.expect("ready")
            yield started_instance

    with running("template.yaml", "function.log") as function:
        assert call(function, "GET", "/livez")["statusCode"] == 200
        # The old code serves on while the database is brought to the schema of the new.
        assert call(function, "GET", "/readyz")["statusCode"] == 503
        with running("migrate.yaml", "migrate.log") as migrate:
            revisions = migrate.invoke({}).content["revisions"]
            assert revisions
            assert migrate.invoke({}).content["revisions"] == revisions
        assert call(function, "GET", "/readyz")["statusCode"] == 200
        assert call(function, "GET", TODOS)["statusCode"] == 401
        account = json.dumps(ACCOUNT)
        assert call(function, "POST", "/api/v1/auth/register", JSON, account)["statusCode"] == 201
        # A form comes as Base64.
        token = call(function, "POST", "/api/v1/auth/token", FORM, LOGIN.encode())
        caller = {"authorization": f"Bearer {json.loads(token['body'])['access_token']}"}
        todo = call(function, "POST", TODOS, {**caller, **JSON}, '{"title": "Größe"}')
        listed = call(function, "GET", f"{TODOS}?limit=1", caller)
        assert json.loads(listed["body"])["items"] == [json.loads(todo["body"])]
        assert listed["headers"]["strict-transport-security"]
        # Of one name that it does not answer to, it says so.
        assert call(function, "GET", "/livez", {"host": "example.com"})["statusCode"] == 400
    lines = [json.loads(line) for line in (tmp_path / "function.log").read_text().splitlines()]
    answered = [line for line in lines if line["event"] == "request"]
    assert {line["client"] for line in answered} == {"203.0.113.9"}
    # Each once, and not by the runtime again.
    assert len({line["request_id"] for line in answered}) == len(answered) > 4
    assert ACCOUNT["password"] not in (tmp_path / "function.log").read_text()


def test_invalid_settings_are_reported_to_lambda(
    project: Project, package: Package, client: Path, tmp_path: Path
) -> None:
    start = (client, package.task, handler(project, "template.yaml"), tmp_path / "log")
    with (
        started(*start, ENVIRONMENT="production") as function,
        pytest.raises(Failed) as failure,
    ):
        function.expect("ready")
    message = str(failure.value)
    assert all(f"{name}: " in message for name in ("ALLOWED_HOSTS", "DATABASE_URL", "JWT_KEYS"))


def test_package_holds_the_locked_dependencies_compiled(package: Package) -> None:
    with ZipFile(package.file) as archive:
        names = archive.namelist()
        stray = [name for name in names if name.startswith((".", "tests/", "bin/", "include/"))]
        assert stray == []
        tops = {name.split("/")[0].lower() for name in names}
        assert not tops & {"pytest", "mypy", "uvicorn", "gunicorn", "pip", "boto3", "awslambdaric"}
        modules = {name for name in names if name.endswith(".py")}
        assert len(modules) > 500
        for name in modules:
            folder, _, module = name.rpartition("/")
            cached = f"{folder}/__pycache__/{module[:-3]}.cpython-313.pyc".lstrip("/")
            # Flags of https://peps.python.org/pep-0552/: by hash, which is not looked at.
            assert archive.read(cached)[4:8] == b"\x01\0\0\0", name
        assert all(entry.external_attr >> 16 == 0o100644 for entry in archive.infolist())


@pytest.mark.parametrize("project", ["flask"], indirect=True)
def test_package_is_reproducible_for_each_architecture(
    project: Project, package: Package, tmp_path: Path
) -> None:
    again = packaged(project, tmp_path / "again")
    first, second = (sha256(each.file.read_bytes()).digest() for each in (package, again))
    assert first == second
    other = packaged(project, tmp_path / "other", "--architecture", "arm64")
    for architecture, made in (("x86_64", package), ("arm64", other)):
        libraries = [*made.task.rglob("*.so")]
        assert libraries
        started_instance = {
            int.from_bytes(each.read_bytes()[18:20], "little") for each in libraries
        }
        assert started_instance == {MACHINES[architecture]}


@contextmanager
def sam_api(project: Project, *options: str) -> Iterator[str]:
    """Start what stands in for API Gateway; return where it listens."""
    port = free_port()
    command = f"{SAM} local start-api --host 127.0.0.1 --port {port} --warm-containers EAGER"
    log = project.folder / "sam.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*shlex.split(command), *options],
            cwd=project.folder, env=for_sam(), stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        url, deadline = f"http://127.0.0.1:{port}", monotonic() + 180
        while True:
            try:
                urlopen(f"{url}/livez", timeout=30).close()
                break
            except (URLError, OSError):
                assert process.poll() is None and monotonic() < deadline, log.read_text()
                sleep(0.5)
        yield url
    finally:
        process.send_signal(signal.SIGINT)  # So that it takes its containers along.
        process.wait(60)


def for_sam() -> dict[str, str]:
    home = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    kept = {name: value for name, value in os.environ.items() if name.startswith("DOCKER_")}
    return environment(**home, **kept)


def ask(url: str, headers: dict[str, str], body: str = "") -> tuple[int, Any]:
    try:
        with urlopen(Request(url, body.encode() or None, headers), timeout=60) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refused:
        return refused.code, json.load(refused)


def test_sam_runs_the_templates(
    project: Project, package: Package, network: str, database: int, tmp_path: Path
) -> None:
    """Both as they are; only what AWS would look up, the secrets, is given here."""
    shutil.copy2(package.file, project.folder / functions.ZIP)  # No other was made meanwhile.
    parameters = {"Function": {**secrets("database"), "ALLOWED_HOSTS": "127.0.0.1"}}
    (tmp_path / "variables.json").write_text(json.dumps(parameters))
    options = [f"--env-vars={tmp_path / 'variables.json'}", f"--docker-network={network}"]
    options += ["--skip-pull-image"]
    invoke = [*shlex.split(f"{SAM} local invoke Function --no-event"), *options]
    migrated = subprocess.run(
        [*invoke, "--template=deploy/lambda/migrate.yaml"],
        cwd=project.folder, env=for_sam(), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert migrated.returncode == 0, migrated.stderr
    assert "revisions" in migrated.stdout, migrated.stderr
    with sam_api(project, *options, "--template=deploy/lambda/template.yaml") as url:
        assert ask(f"{url}/readyz", {}) == (200, {"status": "ok"})
        ask(f"{url}/api/v1/auth/register", JSON, json.dumps(ACCOUNT))
        _, token = ask(f"{url}/api/v1/auth/token", FORM, LOGIN)
        caller = {"Authorization": f"Bearer {token['access_token']}"}
        made, todo = ask(f"{url}{TODOS}", {**caller, **JSON}, '{"title": "Buy milk"}')
        assert made == 201
        assert ask(f"{url}{TODOS}", caller)[1]["items"] == [todo]
        assert ask(f"{url}/nope", {})[0] == 404
