"""Flask applications of others, installed by docs/adopting.md, mounted, and compared with themselves."""

import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from decision.evidence.processes import free_port
from tests.conftest import ROOT
from tests.projects.callers import signed_in
from tests.projects.project import Project, environment
from tests.projects.requests import REQUESTS
from tests.projects.twins import Reply, Sent, Twins, Visitor

pytestmark = [pytest.mark.slow, pytest.mark.nightly, pytest.mark.step("adoption")]
pytestmark += [pytest.mark.usefixtures("own_environment")]

PATHS = {"flaskr": "flaskr:create_app()", "httpbin": "httpbin:app"}
ANSWERS = {
    "flaskr": ["--data=database=none", "--data=auth=none"],
    "httpbin": ["--data=database=sqlite", "--data=auth=api_key"],
}


@dataclass(frozen=True)
class Adopted:
    """A project that carries an application, and the folder that the application came in."""

    name: str
    project: Project
    source: Path

    @property
    def guide(self) -> list[str]:
        """The commands of docs/adopting.md, in their order."""
        blocks = re.findall(
            r"^```sh\n(.*?)^```", self.project.read("docs/adopting.md"), re.DOTALL | re.MULTILINE
        )
        return [line for block in blocks for line in block.splitlines()]

    @contextmanager
    def alone(self) -> Iterator[str]:
        """Serve the application by itself, by the command of the guide, with data of its own."""
        port = free_port()
        [command] = [line for line in self.guide if "gunicorn --bind" in line]
        command = command.replace(":8001", f":{port}") + f" --chdir '{self.source}'"
        with (
            (self.project.folder / "alone.log").open("w") as log,
            subprocess.Popen(
                shlex.split(command),
                cwd=self.project.folder,
                env=environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            try:
                _wait(f"http://127.0.0.1:{port}", process)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()

    @contextmanager
    def twins(self) -> Iterator[Twins]:
        with self.project.served() as server, self.alone() as alone:
            yield Twins(server.url, alone)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = monotonic() + 60
    while monotonic() < deadline:
        assert process.poll() is None
        try:
            urlopen(url, timeout=5).close()
            return
        except (URLError, OSError):
            sleep(0.1)
    raise AssertionError(f"{url} did not answer within a minute.")


def fetched(project: Project, folder: Path) -> Path:
    """Return the Flask tutorial, as it is in the source distribution of the Flask that is used."""
    command = f"uv run --with pip python -m pip download --quiet --no-deps --no-binary flask --dest '{folder}'"
    version = project.run(
        "uv run python -c 'from importlib.metadata import version as v; print(v(\"flask\"))'"
    )
    project.run(f"{command} flask=={version.split()[-1]}")
    [archive] = folder.glob("flask-*.tar.gz")
    subprocess.check_call(["tar", "-xzf", archive, "-C", folder, "--strip-components=1"])
    return folder / "examples/tutorial"


@pytest.fixture(scope="module")
def adopt(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], Adopted]:
    """`adopt(name, server)`: a project with that application, each installed once."""
    made: dict[tuple[str, str], Adopted] = {}

    def _adopt(name: str, server: str = "uvicorn") -> Adopted:
        if (name, server) not in made:
            folder = tmp_path_factory.mktemp(name)
            asked = [f"--data=legacy_app={PATHS[name]}", f"--data=server={server}", *ANSWERS[name]]
            file = ROOT / "tests/answers/hybrid.yml"
            project = Project.render(
                template, folder / "orders-api", f"--data-file={file}",
                "--data=project_name=Orders API", *asked,
            )  # fmt: skip
            source = folder / "source"
            source.mkdir()
            adopted = Adopted(name, project, source)
            if name == "flaskr":
                adopted = Adopted(name, project, fetched(project, source))
            made[name, server] = adopted
            install(adopted)
        return made[name, server]

    return _adopt


def install(adopted: Adopted) -> None:
    """Do what the guide says first; the tutorial is no distribution on its own, but a folder."""
    add = adopted.guide[0]
    assert add == f"uv add {adopted.name}"
    if adopted.name == "flaskr":
        adopted.project.run(f"uv add --quiet '{adopted.source}'")
        for folder in (adopted.project.folder, adopted.source):  # Each has data of its own.
            command = ["uv", "run", "--project", str(adopted.project.folder)]
            command += ["flask", "--app", "flaskr", "init-db"]
            subprocess.check_call(command, cwd=folder, env=environment())
    else:
        adopted.project.run(f"{add} --quiet")


@pytest.fixture(scope="module", params=["uvicorn", "gunicorn_asgi"])
def bin_twins(
    request: pytest.FixtureRequest, adopt: Callable[[str, str], Adopted]
) -> Iterator[Twins]:
    with adopt("httpbin", request.param).twins() as twins:
        yield twins


@pytest.fixture(scope="module")
def flaskr(adopt: Callable[..., Adopted]) -> Adopted:
    return adopt("flaskr")


@pytest.fixture(scope="module")
def httpbin(adopt: Callable[..., Adopted]) -> Adopted:
    return adopt("httpbin")


@pytest.fixture(scope="module")
def blog(flaskr: Adopted) -> Iterator[Twins]:
    with flaskr.twins() as twins:
        yield twins


def test_requests_are_answered_as_without_fastapi(bin_twins: Twins) -> None:
    assert len(REQUESTS) > 200
    assert bin_twins.differ(REQUESTS) == []


def test_streams_are_not_buffered(bin_twins: Twins) -> None:
    for url in (bin_twins.mounted, bin_twins.alone):
        began = monotonic()
        with Sent("GET", "/drip?numbytes=2&duration=4").to(url) as answer:
            assert answer.read(1) == b"*"
            first = monotonic() - began
            assert answer.read() == b"*"
            assert monotonic() - began - first > 1


def test_proxy_headers_reach_the_application(bin_twins: Twins) -> None:
    forwarded = {"For": "203.0.113.7", "Proto": "https", "Host": "bin.example", "Prefix": "/bin"}
    told = tuple((f"X-Forwarded-{name}", value) for name, value in forwarded.items())
    found = json.loads(Reply.to(Sent("GET", "/get?a=1", told), bin_twins.mounted).body)
    assert (found["origin"], found["url"]) == ("203.0.113.7", "https://bin.example/bin/get?a=1")


def test_visit_with_a_session_goes_as_without_fastapi(blog: Twins) -> None:
    visitor = Visitor(blog)
    assert visitor.go("GET", "/").status == 200
    assert visitor.go("GET", "/create").header("location") == "/auth/login"
    somebody = "username=ada&password=secret"
    assert (
        b"Username is required" in visitor.go("POST", "/auth/register", "username=&password=x").body
    )
    assert visitor.go("POST", "/auth/register", somebody).header("location") == "/auth/login"
    assert b"already registered" in visitor.go("POST", "/auth/register", somebody).body
    assert (
        b"Incorrect password" in visitor.go("POST", "/auth/login", "username=ada&password=x").body
    )
    assert visitor.go("POST", "/auth/login", somebody).status == 302
    assert b"ada" in visitor.go("GET", "/").body
    assert b"Title is required" in visitor.go("POST", "/create", "title=&body=x").body
    assert visitor.go("POST", "/create", "title=Zo%C3%AB&body=1%0A2").header("location") == "/"
    assert "Zoë".encode() in visitor.go("GET", "/").body
    assert visitor.go("GET", "/1/update").status == 200
    assert visitor.go("POST", "/1/update", "title=Ada&body=3").status == 302
    assert visitor.go("GET", "/2/update").status == 404
    assert visitor.go("PUT", "/create").status == 405
    assert visitor.go("HEAD", "/").body == b""
    assert visitor.go("POST", "/1/delete").status == 302
    assert b"Ada</h1>" not in visitor.go("GET", "/").body
    assert visitor.go("GET", "/auth/logout").status == 302
    assert visitor.go("POST", "/1/delete").header("location") == "/auth/login"
    assert visitor.go("GET", "/nowhere").status == 404


def test_links_have_the_prefix(flaskr: Adopted) -> None:
    with flaskr.project.served(LEGACY_PREFIX="/old", ROOT_PATH="/shop") as server:
        page = Reply.to(Sent("GET", "/old/"), server.url)
        assert b'href="/shop/old/static/style.css"' in page.body
        sent = Reply.to(Sent("GET", "/old/create"), server.url)
        assert sent.header("location") == "/shop/old/auth/login"
        assert Reply.to(Sent("GET", "/"), server.url).status == 404


def test_fastapi_answers_its_own_paths_and_logs_all(httpbin: Adopted) -> None:
    with httpbin.project.served() as server:
        caller = signed_in(httpbin.project, server)
        for path in ("/livez", "/readyz"):
            assert json.loads(Reply.to(Sent("GET", path), server.url).body) == {"status": "ok"}
        todos = Reply.to(Sent("GET", "/api/v1/todos", (*caller.items(),)), server.url)
        assert json.loads(todos.body)["items"] == []
        named = (("X-Request-ID", "of-a-test"),)
        answer = Reply.to(Sent("GET", "/anything/a/b", named), server.url)
        assert answer.header("x-request-id") == "of-a-test"
        metrics = Reply.to(Sent("GET", "/metrics"), server.url).body.decode()
        assert re.search(r'route="/anything/\{anything\}".* 1\.0$', metrics, re.MULTILINE)
        server.stop()
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    [line] = [line for line in lines if line.get("request_id") == "of-a-test"]
    assert (line["route"], line["status"]) == ("/anything/{anything}", 200)


def test_authentication_can_be_required(httpbin: Adopted) -> None:
    with httpbin.project.served(LEGACY_CALLERS="required") as server:
        caller = (*signed_in(httpbin.project, server).items(),)
        assert Reply.to(Sent("GET", "/get"), server.url).status == 401
        assert Reply.to(Sent("GET", "/get", (("X-API-Key", "ak_x_y"),)), server.url).status == 401
        assert Reply.to(Sent("GET", "/get", caller), server.url).status == 200
        assert Reply.to(Sent("GET", "/livez"), server.url).status == 200


def test_threads_bound_its_concurrent_requests(httpbin: Adopted) -> None:
    with httpbin.project.served(THREADS="2") as server, ThreadPoolExecutor(4) as clients:
        began = monotonic()
        asked = [clients.submit(Reply.to, Sent("GET", "/delay/2"), server.url) for _ in range(4)]
        sleep(0.5)
        assert Reply.to(Sent("GET", "/livez"), server.url).status == 200
        assert monotonic() - began < 2, "The front does not wait for the threads of the other."
        assert [each.result().status for each in asked] == [200] * 4
        assert monotonic() - began >= 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to handle")
@pytest.mark.parametrize("server_name", ["uvicorn", "gunicorn_asgi"])
def test_request_in_flight_is_finished_at_shutdown(
    adopt: Callable[[str, str], Adopted], server_name: str
) -> None:
    project = adopt("httpbin", server_name).project
    with project.served() as server, ThreadPoolExecutor(1) as client:
        drip = Sent("GET", "/drip?numbytes=3&duration=6")
        asked = client.submit(Reply.to, drip, server.url)
        sleep(1)
        server.process.send_signal(signal.SIGTERM)
        assert asked.result().body == b"***"
        assert server.stop() in (0, 143)


@pytest.mark.parametrize("server_name", ["uvicorn", "gunicorn_asgi", "granian", "hypercorn"])
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("no_such.shop:app", "ModuleNotFoundError: No module named 'no_such'"),
        ("httpbin:version", "str is no WSGI application"),
    ],
)
def test_application_that_cannot_be_mounted_stops_the_start(
    adopt: Callable[[str, str], Adopted], server_name: str, workers: str, path: str, why: str
) -> None:
    project = adopt("httpbin", server_name).project
    done = subprocess.run(
        shlex.split(project.commands[0]),
        cwd=project.folder,
        env=environment(PORT=str(free_port()), LEGACY_APP=path, WEB_CONCURRENCY=workers),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode not in (0, -signal.SIGTERM)
    assert f"The application {path} cannot be mounted: {why}" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize("name", PATHS)
def test_commands_of_the_guide_compare_both(adopt: Callable[..., Adopted], name: str) -> None:
    adopted = adopt(name)
    guide = adopted.guide
    assert guide[1] == adopted.project.commands[0]
    compares = [line for line in guide if line.startswith(("curl", "cmp"))]
    assert len(compares) == 4
    with adopted.twins() as twins:
        script = "\n".join(["set -eu", *compares])
        script = script.replace("http://127.0.0.1:8000", twins.mounted)
        script = script.replace("http://127.0.0.1:8001", twins.alone)
        subprocess.check_call(["sh", "-c", script], cwd=adopted.project.folder, env=environment())


def test_adoption_can_be_taken_back(
    adopt: Callable[..., Adopted], template: Path, tmp_path: Path
) -> None:
    """The last commands of the guide: without the application, Flask is this project's own half."""
    adopted = adopt("httpbin")
    *_, remove, update = adopted.guide
    assert remove == "uv remove httpbin"
    assert update.startswith("uvx copier update --defaults --data")
    back = shlex.split(update)[-1]
    asked = (f"--data={back}", *ANSWERS["httpbin"], "--data=framework=hybrid")
    project = Project.render(template, tmp_path / "orders-api", *asked)
    assert (project.package / "hybrid_app/openapi.py").exists()
    assert not (project.package / "hybrid_app/guest.py").exists()
