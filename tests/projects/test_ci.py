"""The CI of a project runs the checks of a developer, boots the image, and audits the dependencies."""

import json
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from decision.evidence.processes import free_port
from tests.projects import workflow
from tests.projects.containers import composed, require_engine
from tests.projects.project import Project, environment

CHECKED = ("github", "gitlab")


@pytest.mark.step("ci")
def test_ci_runs_the_checks_of_a_developer(project: Project) -> None:
    tasks = tomllib.loads(project.read("pyproject.toml"))["tool"]["poe"]["tasks"]
    commands = workflow.commands(project)
    checks = [f"uv run --locked poe {task}" for task in tasks["check"]["sequence"]]
    assert {*workflow.TASKS} < {*tasks["check"]["sequence"]}
    assert not commands or {*checks} <= {*commands}


@pytest.mark.slow
@pytest.mark.step("image of CI")
@pytest.mark.having(ci=CHECKED)
@pytest.mark.on_change("flask-sqlite-jwt")
def test_image_boots_as_the_workflow_says(project: Project, tmp_path: Path) -> None:
    require_engine()
    mine = project.copy(tmp_path / "project")
    commands = workflow.image_commands(mine)
    for command in commands:
        if not command.startswith("docker compose"):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", command],
                cwd=mine.folder, env=environment(), check=False, timeout=600,
            )  # fmt: skip
            assert done.returncode == 0, command
    # On ports and under a name of its own, and with nothing else added.
    up, down = [command for command in commands if command.startswith("docker compose")]
    assert up.startswith("docker compose up --build --wait")
    assert down == "docker compose down --volumes"
    with composed(mine.folder, PORT=str(free_port())):
        pass


@pytest.mark.step("sbom")
@pytest.mark.on_change("fastapi-postgresql-jwt")
def test_bill_of_materials_names_what_is_installed_in_the_image(project: Project) -> None:
    project.run("uv run --locked poe sbom")
    bill = json.loads(project.read("sbom.cdx.json"))
    assert bill["bomFormat"] == "CycloneDX"
    parts = {part["name"] for part in bill["components"]}
    assert {"pydantic", "structlog"} <= parts
    assert not {"pytest", "mypy", "ruff"} & parts
    assert "sbom.cdx.json" in project.read(".gitignore").splitlines()


@contextmanager
def advisories(*known: tuple[str, str]) -> Iterator[str]:
    """A stand-in for the advisory database, which cannot be asked from everywhere.

    It speaks the part of OSV's API that uv asks: https://google.github.io/osv.dev/api/. Each of
    `known` is the name and the version of a package that has a vulnerability.
    """
    advisory = {
        "id": "OSV-2026-1", "modified": "2026-01-01T00:00:00Z", "summary": "Known to be bad.",
        "affected": [],
    }  # fmt: skip

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = [(q["package"]["name"], q.get("version")) for q in asked["queries"]]
            bad = [{"id": advisory["id"], "modified": advisory["modified"]}]
            self._answer({"results": [{"vulns": bad} if q in known else {} for q in found]})

        def do_GET(self) -> None:
            self._answer(advisory)

        def _answer(self, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


@pytest.mark.step("audit")
@pytest.mark.having(ci=CHECKED)
@pytest.mark.on_change("fastapi-postgresql-jwt")
def test_audit_fails_for_a_vulnerable_dependency(project: Project) -> None:
    assert "uv run --locked poe audit" in workflow.commands(project)
    [line] = [
        line for line in project.read("pyproject.toml").splitlines() if '"structlog<=' in line
    ]
    version = line.strip(' ",').partition("<=")[2]
    with advisories() as url:
        project.run(f"uv run --locked poe audit --service-url {url}")
    with advisories(("structlog", version)) as url:
        audited = project.attempt(f"uv run --locked poe audit --service-url {url}")
    assert audited.returncode != 0
    assert "structlog" in audited.stdout
    assert "OSV-2026-1" in audited.stdout
