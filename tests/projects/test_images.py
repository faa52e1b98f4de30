"""The image and the Compose file of a project: built, booted as a platform would, called, stopped."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from decision.evidence.processes import free_port
from tests.matrix.choices import SERVERS
from tests.projects.callers import ACCOUNT
from tests.projects.containers import Container, composed, docker, require_engine, running
from tests.projects.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.step("image")]

# One of each family of servers; nobody has to log in, and all else is for the night.
ON_CHANGE = ["fastapi-none-none", "flask-none-none"]
OTHERS = [
    pytest.param(
        {"framework": framework, "database": "none", "auth": "none", "server": server},
        id=f"{framework}-{server}",
        marks=pytest.mark.nightly,
    )
    for framework in ("fastapi", "flask")
    for server in SERVERS[framework]
    if server not in ("uvicorn", "gunicorn")
]
WITH_LOGIN = [
    pytest.param(name, marks=pytest.mark.nightly)
    for name in ("hybrid-postgresql-jwt", "flask-sqlite-jwt")
]
KEYS = f"k1:{uuid4().hex}{uuid4().hex}"
# What production asks for; the database need not be there for a process to be alive.
PRODUCTION = {"ALLOWED_HOSTS": "127.0.0.1", "JWT_KEYS": KEYS}
NOWHERE = "postgresql://app@127.0.0.1:1/app"

# What an image must not have in it: secrets, tests, and tools to build or fetch with.
UNWANTED = r"(^|/)(\.git|\.env|tests|gcc|cc|make|uv|pip\d*|curl|wget|uv\.lock|Dockerfile)(/|$)"
LIST = """
import os, site
places = ["/app", "/usr/bin", "/usr/local/bin", "/bin", "/root", *site.getsitepackages()]
for place in places:
    for folder, folders, files in os.walk(place):
        print("\\n".join(os.path.join(folder, name) for name in folders + files))
"""
COMPILED = """
import pathlib, site
sources = [p for place in site.getsitepackages() for p in pathlib.Path(place).rglob("*.py")]
missing = [p for p in sources if not list((p.parent / "__pycache__").glob(f"{p.stem}.*.pyc"))]
print(len(sources), len(missing), missing[:3])
"""


@contextmanager
def built(project: Project) -> Iterator[str]:
    """Build the image as the README says, under a name that no other project has at this time."""
    require_engine()
    assert "`uv run poe image`" in project.read("README.md")
    name = f"test-{uuid4().hex[:12]}"
    project.run(f"uv run poe image --tag {name}")
    try:
        yield name
    finally:
        docker("image", "rm", "--force", name)


def slug(project: Project) -> str:
    found = re.search(r'^name = "(.+)"$', project.read("pyproject.toml"), re.MULTILINE)
    assert found
    return found[1]


@pytest.fixture(scope="session")
def image(project: Project) -> Iterator[str]:
    with built(project) as name:
        yield name


def settings(project: Project) -> dict[str, str]:
    wanted = dict(PRODUCTION)
    if "JWT_KEYS" not in project.read("env.example"):
        del wanted["JWT_KEYS"]
    if "postgresql://" in project.read("env.example"):
        wanted["DATABASE_URL"] = NOWHERE
    return wanted


@pytest.mark.parametrize("project", [*ON_CHANGE, *WITH_LOGIN, *OTHERS], indirect=True)
def test_hardened_container_becomes_healthy_and_stops(project: Project, image: str) -> None:
    # Of both kinds: the health check finds it wherever it listens.
    with running(image, **settings(project), PORT="9000", BIND_HOST="::") as container:
        container.until_live()
        container.until_healthy()
        first = container.python("print(open('/proc/1/cmdline').read().split('\\0')[0:3])")
        # The server itself or what became it, not a shell.
        assert "python" in first
        assert "/sh" not in first
        status = container.python("print(open('/proc/1/status').read())")
        assert re.search(r"^Uid:\s+54321\s", status, re.MULTILINE)
        assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE)
        stopped = monotonic()
        docker("stop", "--time=28", container.name)
        assert monotonic() - stopped < 20
        # What a killed process ends with is 137.
        assert container.inspect(".State.ExitCode") in ("0", "143")
        log = container.log()
        assert log
        assert {line["level"] for line in log} == {"info"}, log


@pytest.mark.parametrize("project", [*ON_CHANGE, *OTHERS], indirect=True)
def test_request_in_flight_is_answered_when_the_container_stops(
    project: Project, image: str
) -> None:
    def body() -> Iterator[bytes]:
        yield b'{"title": '
        sleep(3)
        yield b'"Buy milk"}'

    def create(container: Container) -> int:
        headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        request = Request(f"{container.url}/api/v1/todos", body(), headers)
        with urlopen(request, timeout=30) as answer:
            status: int = answer.status
            return status

    quick = {"DRAIN_SECONDS": "0"}
    with running(image, **settings(project), **quick) as container, ThreadPoolExecutor() as pool:
        container.until_live()
        request = pool.submit(create, container)
        sleep(1)
        docker("stop", "--time=28", container.name)
        assert request.result(30) == 201
        assert container.inspect(".State.ExitCode") in ("0", "143")


@pytest.mark.parametrize("project", [*ON_CHANGE, *WITH_LOGIN], indirect=True)
def test_image_has_no_tools_tests_or_secrets(project: Project, image: str) -> None:
    listed = docker("run", "--rm", "--entrypoint=python", image, "-c", LIST).splitlines()
    installed = [path for path in listed if "/site-packages/" in path or "/bin/" in path]
    assert any(path.endswith(f"/{project.package.name}/__main__.py") for path in installed)
    found = [path for path in listed if re.search(UNWANTED, path)]
    # Packages that bring tests of their own, in a folder of their own.
    assert [path for path in found if "/site-packages/" not in path] == []
    assert [path for path in found if f"/{project.package.name}/" in path] == []
    assert not any(re.search(r"/site-packages/(pip|uv|pytest|mypy)/", path) for path in listed)
    sources, missing, *_ = docker(
        "run", "--rm", "--entrypoint=python", image, "-c", COMPILED
    ).split()
    assert int(sources) > 100
    assert int(missing) == 0, "It is compiled: a read-only image cannot do that later."


@pytest.mark.parametrize("project", ON_CHANGE, indirect=True)
def test_default_user_is_not_root_and_cannot_change_the_code(project: Project, image: str) -> None:
    assert docker("run", "--rm", "--entrypoint=id", image, "-u").strip() == "10001"
    find = ["/app", "-writable", "-type", "f", "!", "-name", ".lock"]
    assert docker("run", "--rm", "--entrypoint=find", image, *find) == ""


@pytest.mark.nightly
@pytest.mark.parametrize("project", ["flask-none-none"], indirect=True)
def test_stray_files_stay_out_of_the_image(project: Project, tmp_path: Path) -> None:
    mine = project.copy(tmp_path / "project")
    for folder in (mine.folder, mine.package):
        for left in (".env", ".env.local", "left.db"):
            (folder / left).write_text("SECRET=of somebody")
    (mine.folder / ".git").mkdir()
    (mine.folder / ".git/config").write_text("[core]")
    with built(mine) as image:
        listed = docker(
            "run", "--rm", "--entrypoint=find", image, "/app", "-type", "f"
        ).splitlines()
    assert any(path.endswith(f"/{mine.package.name}/__main__.py") for path in listed)
    assert [path for path in listed if re.search(r"/(\.env|left\.|\.git/)", path)] == []


def prepared(project: Project) -> None:
    """Do what the README says before Compose: the lines that write .env."""
    assert "docker compose up --build --wait" in project.commands
    for command in project.commands:
        if command.endswith(">> .env"):
            program, _, _ = command.rpartition(" >> ")
            with (project.folder / ".env").open("a") as file:
                file.write(project.run(program).splitlines()[-1] + "\n")


def call(url: str, headers: dict[str, str], body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, {"Content-Type": "application/json", **headers})) as answer:
        return json.loads(answer.read() or b"null")


def log_in(url: str) -> dict[str, str]:
    call(f"{url}/api/v1/auth/register", {}, ACCOUNT)
    form = f"username={ACCOUNT['email']}&password={ACCOUNT['password'].replace(' ', '+')}"
    with urlopen(f"{url}/api/v1/auth/token", form.encode()) as answer:
        return {"Authorization": f"Bearer {json.load(answer)['access_token']}"}


@pytest.mark.nightly
@pytest.mark.parametrize("project", ["flask-sqlite-jwt", "fastapi-none-none"], indirect=True)
def test_data_outlives_a_restart_under_compose(project: Project, tmp_path: Path) -> None:
    require_engine()
    mine, port = project.copy(tmp_path / "project"), free_port()
    prepared(mine)
    with composed(mine.folder, PORT=str(port)) as command:
        url = f"http://127.0.0.1:{port}"
        headers = log_in(url) if "jwt" in project.read(".copier-answers.yml") else {}
        todo = call(f"{url}/api/v1/todos", headers, {"title": "Buy milk"})
        more = {"PORT": str(port)}
        docker(*command, "restart", "app", folder=mine.folder, **more)
        docker(*command, "up", "--wait", folder=mine.folder, **more)
        todos = call(f"{url}/api/v1/todos", headers)["items"]
        # A file outlives its container; what is in memory does not.
        assert todos == ([todo] if headers else [])


@pytest.mark.nightly
@pytest.mark.parametrize("project", ["hybrid-postgresql-jwt"], indirect=True)
def test_two_processes_behind_a_proxy_are_one_service(project: Project, tmp_path: Path) -> None:
    require_engine()
    mine, ports = project.copy(tmp_path / "project"), {"PORT": str(free_port())}
    ports["PROXY_PORT"] = str(free_port())
    prepared(mine)
    with composed(mine.folder, "--profile=proxy", **ports) as command:
        direct = f"http://127.0.0.1:{ports['PORT']}"
        proxied = f"http://127.0.0.1:{ports['PROXY_PORT']}/{slug(project)}"
        assert call(f"{direct}/readyz", {}) == {"status": "ok"}
        headers = log_in(direct)
        todo = call(f"{direct}/api/v1/todos", headers, {"title": "Buy milk"})
        # In turns, so each of them has answered.
        for _ in range(4):
            assert call(f"{proxied}/api/v1/todos", headers)["items"] == [todo]
        # The prefix is said by the proxy, and known to the documentation.
        document = call(f"{proxied}/openapi.json", {})
        assert document["servers"] == [{"url": f"/{slug(project)}"}]
        logs = docker(*command, "logs", "--no-log-prefix", "app", "replica", folder=mine.folder)
        # Compose puts what a terminal would want before some lines.
        lines = [line[line.find("{") :] for line in logs.splitlines() if '"request"' in line]
        answered = [json.loads(line) for line in lines]
        clients = {line["client"] for line in answered if line["path"] == "/api/v1/todos"}
        assert len(clients) == 1, "Through the proxy and without, it is the same client."
        # Of those who come without the proxy nothing is believed.
        forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Prefix": "/forged"}
        assert call(f"{direct}/openapi.json", forged).get("servers") is None
        listing = docker(*command, "logs", "--no-log-prefix", "app", folder=mine.folder)
        assert "203.0.113.9" not in listing
        # Guesses at a password are counted for both together: ten a minute, two were made above.
        wrong = b"username=nobody@example.org&password=a+guess"
        script = (
            "import sys, urllib.request as web\n"
            "try: web.urlopen('http://127.0.0.1:8000/api/v1/auth/token', sys.argv[1].encode())\n"
            "except web.HTTPError as error: print(error.code)"
        )
        statuses = [
            docker(
                *command, "exec", "-T", service, "python", "-c", script, wrong.decode(),
                folder=mine.folder,
            ).split()[-1]
            for _ in range(6)
            for service in ("app", "replica")
        ]  # fmt: skip
        assert statuses == ["401"] * 10 + ["429"] * 2
        # One of them ends; nobody who comes through the proxy notices.
        with ThreadPoolExecutor() as pool:
            stopping = pool.submit(docker, *command, "stop", "replica", folder=mine.folder, **ports)
            seen = []
            while not stopping.done():
                seen.append(call(f"{proxied}/api/v1/todos", headers)["items"])
                sleep(0.05)
            stopping.result()
        assert len(seen) > 10
        assert seen == [[todo]] * len(seen)
