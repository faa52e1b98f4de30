"""The way from Flask to FastAPI and back, by the commands of the guide in the project."""

import json
import re
import shlex
import subprocess
import sys

import pytest

from tests.projects.project import Project, status
from tests.updates import living

GUIDE = "docs/moving.md"
FLASK = """\"\"\"Orders over HTTP.\"\"\"

from .routing import APIRouter

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("/{number}")
def read(number: int) -> dict[str, int]:
    return {"number": number}
"""
ASKED = 'ASKED = [\n    Ask("GET", "/orders/7"),\n    Ask("GET", "/orders/none"),'


def commands(guide: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def update(project: Project, framework: str) -> None:
    """Run the command of the guide, by the Copier that is here."""
    guide = commands(project.read(GUIDE)) if (project.folder / GUIDE).exists() else []
    command = f"uvx copier update --defaults --data framework={framework}"
    assert command in guide or framework != "fastapi"
    options = shlex.split(command)[2:]  # Without `uvx copier`: its version is that of the tests.
    project.run(shlex.join([sys.executable, "-m", "copier", *options, "--quiet"]))
    assert living.conflicts(project.folder) == []
    project.run("uv sync --quiet")
    living.commit(project.folder, framework)


def enlist(project: Project, half: str) -> None:
    features = project.package / f"{half}_app/features.py"
    text = features.read_text()
    text = text.replace("import auth, todos", "import auth, orders, todos")
    enlisted = text.replace("    # Yours below.\n", "    # Yours below.\n    orders.router,\n")
    assert "orders," in enlisted and "orders.router" in enlisted
    features.write_text(enlisted)


def answered(project: Project, share: str) -> tuple[list[int], set[str]]:
    """Return how orders are answered at this share, and by whom."""
    settings = {"FASTAPI_SHARE": share} if share else {}
    with project.served(**settings) as server:
        found = [status(f"{server.url}/orders/{order}") for order in ("7", "none")]
        server.stop()
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    server.log.unlink()  # An update wants a clean tree.
    return found, {str(line.get("half")) for line in lines if line.get("path") == "/orders/7"}


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of Flask with an endpoint of a team's own, and the template as a repository."""
    folder = tmp_path_factory.mktemp("moving")
    template = living.working_tree(folder / "template")
    asked = {"framework": "flask", "database": "none", "auth": "none"}
    project = Project(living.start(template, folder / "orders-api", **asked))
    (project.package / "flask_app/orders.py").write_text(FLASK)
    enlist(project, "flask")
    project.run("uv sync --quiet")
    living.commit(project.folder, "as generated, with orders")
    return project


def test_every_step_is_one_command_and_the_endpoint_answers_at_all_of_them(moved: Project) -> None:
    same = [200, 422]
    assert answered(moved, "") == (same, {"None"})

    assert commands(moved.read(GUIDE))[0] == "uvx copier update --defaults --data framework=hybrid"
    update(moved, "hybrid")
    for share in ("0", "1"):
        assert answered(moved, share) == (same, {"flask"})

    old = (moved.package / "flask_app/orders.py").read_text()
    new = old.replace("from .routing import", "from fastapi import").replace(
        "def read", "async def read"
    )
    (moved.package / "fastapi_app/orders.py").write_text(new)
    enlist(moved, "fastapi")
    asked = moved.folder / "tests/hybrid_app/asked.py"
    asked.write_text(asked.read_text().replace("ASKED = [", ASKED))
    [parity] = [line for line in commands(moved.read(GUIDE)) if "test_parity" in line]
    assert "passed" in moved.run(parity)
    for share, half in {"0": "flask", "1": "fastapi", "": "fastapi"}.items():
        assert answered(moved, share) == (same, {half})
    living.commit(moved.folder, "orders have moved")
    guide = moved.read(GUIDE)

    update(moved, "fastapi")
    assert not (moved.package / "flask_app/todos.py").exists()
    assert not (moved.folder / GUIDE).exists()
    assert answered(moved, "") == (same, {"None"})

    update(moved, "hybrid")
    [back] = re.findall(r"git checkout COMMIT -- [^`]*", guide)
    moved.run(back.replace("COMMIT", "HEAD~2"))
    assert answered(moved, "0") == (same, {"flask"})
    living.commit(moved.folder, "hybrid again, with what Flask had")


def test_what_fails_in_parity_is_found(moved: Project) -> None:
    new = moved.package / "fastapi_app/orders.py"
    kept = new.read_text()
    new.write_text(kept.replace('"number": number', '"number": number + 1'))
    try:
        done = moved.attempt("uv run pytest tests/hybrid_app/test_parity.py")
    finally:
        new.write_text(kept)
    assert done.returncode == 1
    assert "test_both_halves_say_the_same" in done.stdout


def test_the_numbers_of_the_guide_are_there(moved: Project) -> None:
    guide = moved.read(GUIDE)
    names = set(
        re.findall(r"http_\w+", "".join(re.findall(r"```promql\n(.*?)```", guide, re.DOTALL)))
    )
    assert len(names) == 2
    with moved.served(FASTAPI_SHARE="0.5") as server:
        subprocess.check_output(["curl", "-fsS", f"{server.url}/api/v1/todos"])
        numbers = subprocess.check_output(["curl", "-fsS", f"{server.url}/metrics"], text=True)
    for name in names:
        [*found] = re.findall(rf"^{name}{{(.*)}}", numbers, re.MULTILINE)
        assert any('route="/api/v1/todos"' in labels and 'half="f' in labels for labels in found)


def test_an_own_setting_is_served_by_the_command_of_the_guide(moved: Project) -> None:
    [command] = [line for line in commands(moved.read(GUIDE)) if line.startswith("FASTAPI_SHARE")]
    setting, serve = command.split(" ", 1)
    assert serve == moved.commands[0]
    name, value = setting.split("=")
    with moved.served(**{name: value}) as server:
        assert status(f"{server.url}/api/v1/todos") == 200
