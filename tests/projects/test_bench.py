"""A project measures what it costs beside the bare framework, and fails where that is too much."""

import json
import re
import runpy
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.conftest import FRAMEWORKS, ROOT
from tests.projects.project import Project

pytestmark = [pytest.mark.nightly, pytest.mark.usefixtures("own_environment")]

# As short as can be: what it finds is not looked at, but that it finds it.
BENCH = "uv run poe --quiet bench --rounds 1 --seconds 0.5 --connections 4"
FIGURES = {"livez", "livez_p95", "listing", "listing_p95", "memory", "start", "import"}
# Ratios that each project has.
ENOUGH = {"livez": 0.05, "listing": 0.001, "memory": 100, "start": 100}
EACH_REQUEST = "        sent_id = header("
# Longer than a load lasts.
SLOWER = f"""\
        if info.path == "/livez":
            __import__("time").sleep(0.6)
{EACH_REQUEST}"""


@pytest.fixture(scope="module", params=FRAMEWORKS)
def project(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    folder = tmp_path_factory.mktemp(f"bench-{request.param}")
    answers = (f"--data=framework={request.param}", "--data=kit_tests=true")
    project = Project.render(template, folder / "project", *answers)
    project.run("uv sync --quiet")
    return project


def allow(project: Project, **ratios: float) -> None:
    """Write into the project which ratios its gate lets pass."""
    settings = "".join(f"{name} = {ratio}\n" for name, ratio in ratios.items())
    file = project.folder / "pyproject.toml"
    changed = re.sub(
        r"(?<=^\[tool\.bench\]\n)([^\n]+\n)*", settings, project.read(file.name), flags=re.MULTILINE
    )
    file.write_text(changed, encoding="utf-8")


@pytest.fixture(scope="module")
def passed(project: Project) -> str:
    """What is printed where the gate lets everything pass."""
    allow(project, **ENOUGH)
    return project.run(f"{BENCH} --gate")


def test_it_prints_a_ratio_for_each_figure(passed: str) -> None:
    rows = re.findall(
        r"^\| (\S[^|]*) \| +([\d.,]+) \| +([\d.,]+) \| +([\d.]+) \|$", passed, re.MULTILINE
    )
    assert len(rows) == len(FIGURES), passed
    assert all(float(ratio) > 0 for *_, ratio in rows)
    assert "data: postgresql" in passed


@pytest.mark.parametrize("project", ["hybrid"], indirect=True)  # What prints is the same in all.
def test_its_figures_can_be_read_by_programs(project: Project) -> None:
    [line] = [each for each in project.run(f"{BENCH} --json").splitlines() if each.startswith("{")]
    figures = json.loads(line)
    assert figures.keys() == FIGURES
    assert all(each["ratio"] > 0 for each in figures.values())


@pytest.mark.usefixtures("passed")
@pytest.mark.parametrize("project", ["hybrid"], indirect=True)  # So is what judges.
def test_the_gate_lets_pass_what_is_good_enough_and_names_what_is_not(project: Project) -> None:
    allow(project, **ENOUGH)
    slowed = project.package / "kit/middleware/request_context.py"
    whole = slowed.read_text(encoding="utf-8")
    assert whole.count(EACH_REQUEST) == 1
    slowed.write_text(whole.replace(EACH_REQUEST, SLOWER), encoding="utf-8")
    try:
        done = project.attempt(f"{BENCH} --gate")
    finally:
        slowed.write_text(whole, encoding="utf-8")
    assert done.returncode == 1, done.stdout
    said = r"^livez is 0\.0\d of the bare framework's, at least 0\.05 is allowed\.$"
    assert re.search(said, done.stdout, re.MULTILINE), done.stdout
    assert "listing is" not in done.stdout


def test_a_load_lasts_until_something_is_answered() -> None:
    load = runpy.run_path(str(ROOT / "template/{{ layer.kit_tests }}/bench/load.py"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        answered = threading.Thread(target=answer_in_pieces, args=(server,))
        answered.start()
        seen = load["put"](server.getsockname()[1], "/livez", {}, connections=1, seconds=0.1)
        answered.join()
    assert 0 < seen.rate < 3
    assert seen.p95 > 300


def answer_in_pieces(server: socket.socket) -> None:
    client, _ = server.accept()
    with client:
        client.recv(1024)
        time.sleep(0.2)
        client.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n")
        time.sleep(0.2)
        client.sendall(b"{}")
        client.recv(1024)


@pytest.mark.parametrize(
    ("options", "ratios", "sentence"),
    [
        ("--rounds 0", {}, "'0' is no number from 1 to 100"),
        ("--seconds soon", {}, "'soon' is no number from 0.1 to 600.0"),
        ("--gate", {}, r"The gate needs ratios: [tool.bench] in pyproject.toml is empty."),
        ("--gate", {"speed": 1.0}, "[tool.bench] knows no figure 'speed'"),
        ("--gate", {"livez": -1.0}, "[tool.bench] needs a ratio for livez, such as 0.5, not -1.0."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    project: Project, options: str, ratios: dict[str, float], sentence: str
) -> None:
    allow(project, **ratios)
    done = project.attempt(f"{BENCH} {options}")
    assert done.returncode != 0
    assert sentence in done.stdout
    assert "Traceback" not in done.stdout


def test_a_server_that_does_not_start_is_said_in_one_sentence(project: Project) -> None:
    bare = project.folder / "bench/bare.py"
    whole = bare.read_text(encoding="utf-8")
    bare.write_text(f"{whole}\nraise RuntimeError('out of order')\n", encoding="utf-8")
    try:
        done = project.attempt(BENCH)
    finally:
        bare.write_text(whole, encoding="utf-8")
    assert done.returncode == 1
    assert re.search(r"^(uvicorn|gunicorn) does not start: ", done.stdout, re.MULTILINE), (
        done.stdout
    )
    assert "Traceback" not in done.stdout


def test_settings_that_do_not_fit_are_said_in_one_sentence(project: Project) -> None:
    done = project.attempt(f"env LOG_LEVEL=loud {BENCH}")
    assert done.returncode == 1
    assert re.search(r"^LOG_LEVEL: Input should be", done.stdout, re.MULTILINE), done.stdout
    assert "Traceback" not in done.stdout


def test_a_database_that_does_not_answer_is_said_in_one_sentence(project: Project) -> None:
    done = project.attempt(f"env DATABASE_URL=postgresql://app:hunter2@127.0.0.1:1/app {BENCH}")
    assert done.returncode == 1
    assert "There is no database at postgresql://app:***@127.0.0.1:1/app" in done.stdout
    assert "Traceback" not in done.stdout
