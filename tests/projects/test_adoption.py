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
from functools import cache
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from decision.evidence.processes import free_port
from tests.conftest import Render, stored_answers
from tests.projects.callers import signed_in
from tests.projects.project import Project, environment
from tests.projects.requests import REQUESTS
from tests.projects.twins import Reply, Sent, Twins

pytestmark = [pytest.mark.slow, pytest.mark.nightly, pytest.mark.step("adoption")]
pytestmark += [pytest.mark.usefixtures("own_environment")]

APPLICATION = "httpbin:app"
ANSWERS = {"framework": "hybrid", "database": "sqlite", "auth": "api_key"}


@dataclass(frozen=True)
class Adopted:
    """A project that mounts an application of others."""

    project: Project

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
        command = command.replace(":8001", f":{port}")
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


@pytest.fixture(scope="module")
def adopt(render: Render, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Adopted]:
    """`adopt(server)`: a project with httpbin, installed as its guide says, for each server once."""

    @cache
    def _adopt(server: str) -> Adopted:
        folder = tmp_path_factory.mktemp(server)
        project = Project(render(**ANSWERS, legacy_app=APPLICATION, server=server))
        adopted = Adopted(project.copy(folder / "orders-api"))
        adopted.project.run("uv add --quiet httpbin")
        return adopted

    return _adopt


@pytest.fixture(scope="module", params=["uvicorn", "hypercorn"])
def bin_twins(request: pytest.FixtureRequest, adopt: Callable[[str], Adopted]) -> Iterator[Twins]:
    with adopt(request.param).twins() as twins:
        yield twins


@pytest.fixture(scope="module")
def httpbin(adopt: Callable[[str], Adopted]) -> Adopted:
    return adopt("uvicorn")


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
    headers = tuple((f"X-Forwarded-{name}", value) for name, value in forwarded.items())
    echo = json.loads(Reply.to(Sent("GET", "/get?a=1", headers), bin_twins.mounted).body)
    assert (echo["origin"], echo["url"]) == ("203.0.113.7", "https://bin.example/bin/get?a=1")


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
        pending = [clients.submit(Reply.to, Sent("GET", "/delay/2"), server.url) for _ in range(4)]
        sleep(0.5)
        assert Reply.to(Sent("GET", "/livez"), server.url).status == 200
        assert monotonic() - began < 2, "The front does not wait for the threads of the other."
        assert [each.result().status for each in pending] == [200] * 4
        assert monotonic() - began >= 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to handle")
@pytest.mark.parametrize("server_name", ["uvicorn", "hypercorn"])
def test_request_in_flight_is_finished_at_shutdown(
    adopt: Callable[[str], Adopted], server_name: str
) -> None:
    project = adopt(server_name).project
    with project.served() as server, ThreadPoolExecutor(1) as client:
        drip = Sent("GET", "/drip?numbytes=3&duration=6")
        pending = client.submit(Reply.to, drip, server.url)
        sleep(1)
        server.process.send_signal(signal.SIGTERM)
        assert pending.result().body == b"***"
        assert server.stop() in (0, 143)


def test_commands_of_the_guide_compare_both(httpbin: Adopted) -> None:
    guide = httpbin.guide
    assert guide[0] == httpbin.project.commands[0]
    compares = [line for line in guide if line.startswith(("curl", "cmp"))]
    assert len(compares) == 4
    with httpbin.twins() as twins:
        script = "\n".join(["set -eu", *compares])
        script = script.replace("http://127.0.0.1:8000", twins.mounted)
        script = script.replace("http://127.0.0.1:8001", twins.alone)
        subprocess.check_call(["sh", "-c", script], cwd=httpbin.project.folder, env=environment())


def test_adoption_can_be_taken_back(httpbin: Adopted, render: Render) -> None:
    """The last commands of the guide: without the application, Flask is this project's own."""
    *_, remove, update = httpbin.guide
    assert remove == "uv remove httpbin"
    assert update.startswith("uvx copier update --defaults --data")
    question, _, answer = shlex.split(update)[-1].partition("=")
    project = render(**ANSWERS, **{question: answer})
    assert stored_answers(project)["legacy_app"] == "orders_api.flask_app:create_app()"
    assert (project / "src/orders_api/flask_app.py").exists()
