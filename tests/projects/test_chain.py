"""A service from its first release on: whatever the template can change, changed under load.

From Flask on SQLite to FastAPI on PostgreSQL with accounts, by the commands of docs/moving.md.
"""

import re
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_urlsafe

import pytest

from decision.evidence import postgres
from tests.projects.callers import signed_in
from tests.projects.project import Project, Server
from tests.projects.traffic import Call, Traffic
from tests.projects.workflow import TASKS
from tests.updates import update_scenarios
from tests.updates.update_scenarios import PACKAGE, swap

pytestmark = [pytest.mark.slow, pytest.mark.nightly, pytest.mark.usefixtures("own_environment")]

CALLS = (
    Call("GET", "/api/v1/orders", 200),  # the team's
    Call("POST", "/api/v1/todos", 201, {"title": "Buy milk"}),
    Call("GET", "/api/v1/todos", 200),
)
# How long old and new answer side by side, and how long the old one goes on when told to stop.
TOGETHER, DRAIN = 1.0, "2"
GUIDE = "docs/moving.md"
CASES = '''"""Requests to the orders, to which both frameworks respond alike."""

from typing import Any

from ..parity import Case

CASES = [Case("GET", "/api/v1/orders"), Case("GET", "/api/v1/orders?page=2")]
IGNORED_HEADERS: list[str] = []
SETTINGS: dict[str, Any] = {}
'''


class Service:
    """A team's project, and what runs of it while clients go on calling."""

    def __init__(self, project: Project, deployments: ExitStack, traffic: Traffic) -> None:
        self.project, self.traffic = project, traffic
        self.work = update_scenarios.work_on(project.folder)
        self._deployments = deployments
        self._running: Server | None = None
        self._folders = iter(range(1000))

    @property
    def guide(self) -> list[str]:
        """The commands of the guide, in their order."""
        text = self.project.read(GUIDE)
        blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        return [line for block in blocks for line in block.splitlines()]

    def update(self, **answers: str) -> None:
        """Run the command of the guide; nothing of the team's may be lost or in conflict."""
        data = [f"--data={name}={value}" for name, value in answers.items()]
        self.project.run(
            shlex.join([sys.executable, "-m", "copier", "update", "--defaults", "--quiet", *data])
        )
        folder = self.project.folder
        assert update_scenarios.conflicts(folder) == []
        assert update_scenarios.lost(folder, self.work) == []
        self.commit(", ".join(data) or "update")

    def commit(self, message: str) -> None:
        self.project.run("uv lock --quiet")
        update_scenarios.commit(self.project.folder, message)

    def deploy(self, **settings: str) -> None:
        """Boot the project beside what runs, send clients to both, and stop the old one."""
        copy = self.project.copy(self.project.folder.with_name(f"deployed-{next(self._folders)}"))
        copy.run("uv sync --quiet --locked")
        new = self._deployments.enter_context(copy.served(DRAIN_SECONDS=DRAIN, **settings))
        if not self.traffic.headers:
            self.traffic.headers |= signed_in(copy, new)
        self.traffic.add(new.url)
        time.sleep(TOGETHER)
        if self._running:
            assert self._running.stop() in (0, 143)
            self.traffic.remove(self._running.url)
        self._running = new
        time.sleep(TOGETHER)
        assert self.traffic.failures == []
        assert self.traffic.answers[new.url] > 0


@contextmanager
def served_and_called(project: Project) -> Iterator[Service]:
    with ExitStack() as deployments, Traffic(*CALLS) as traffic:
        yield Service(project, deployments, traffic)


def move_orders(service: Service) -> None:
    """Write the team's endpoint for FastAPI as well, and have both frameworks compared."""
    folder = service.project.folder
    cases = ("tests/orders/contract_cases.py", lambda _: CASES)
    update_scenarios.change(folder, [*update_scenarios.own_feature("fastapi"), cases])
    service.commit("orders are answered by FastAPI, too")
    [parity] = [line for line in service.guide if "test_parity" in line]
    service.project.run(parity)
    copy = service.project.copy(folder.with_name("different"))
    different = (f"{PACKAGE}/orders/router.py", swap('"two"', '"three"'))
    update_scenarios.change(copy.folder, [different])
    assert copy.attempt(parity).returncode == 1, "A difference between the halves is found."


def require_accounts(service: Service) -> None:
    """Ask who calls the team's endpoint: the project's own tests insist on it."""
    folder, name = service.project.folder, f"{PACKAGE}/orders/router.py"
    imports = "\n\nfrom ..auth.fastapi import CurrentUser\n\nrouter = "
    edits = [
        swap("\n\nrouter = ", imports),
        swap("list_orders()", "list_orders(user: CurrentUser)"),
    ]
    update_scenarios.change(folder, [(name, edit) for edit in edits])
    service.commit("orders need an account")
    service.work[name] = (folder / name).read_text(encoding="utf-8").splitlines()


def move_to_fastapi(service: Service) -> None:
    service.update(framework="hybrid")
    service.deploy(FASTAPI_SHARE="0")
    move_orders(service)
    for share in ("0", "0.5", "1"):
        service.deploy(FASTAPI_SHARE=share)
    # The old half goes, and with it what the team has written again in the new one.
    [remove] = [line for line in service.guide if "git rm" in line]
    flask = ("/flask_app.py", "/views.py")
    service.work = {name: work for name, work in service.work.items() if not name.endswith(flask)}
    service.update(framework="fastapi")
    service.project.run(remove)
    service.commit("without Flask")
    service.deploy()


def grow(service: Service, database_url: str) -> None:
    settings = {"DATABASE_URL": database_url}
    service.update(database="postgresql")
    service.deploy(**settings)
    service.update(auth="jwt")
    require_accounts(service)
    settings["JWT_KEYS"] = f"k1:{token_urlsafe(48)}"
    service.deploy(**settings)
    service.update(deploy="[kubernetes, lambda]")
    service.deploy(**settings)


@pytest.mark.step("chain under load")
def test_no_edit_is_lost_and_no_request_fails_from_flask_to_fastapi(tmp_path: Path) -> None:
    template = update_scenarios.first_release(tmp_path / "template")
    first_answers = {"framework": "flask", "database": "sqlite", "auth": "none"}
    project = Project(update_scenarios.start(template, tmp_path / "orders-api", **first_answers))
    with postgres.server() as url, served_and_called(project) as service:
        service.commit("locked")
        service.deploy()
        update_scenarios.change(template, update_scenarios.RELEASE)
        update_scenarios.release(template, "v1.1.0")
        service.update()
        service.deploy()
        move_to_fastapi(service)
        grow(service, url)
    for task in TASKS:
        project.run(f"uv run poe {task}")
