"""A service from its first release on: whatever the template can change, changed under load."""

import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_urlsafe

import pytest
from tests.updates.living import swap
from tests.updates.test_releases import RELEASES, go_on, released

from decision.evidence import postgres
from tests.projects.callers import signed_in
from tests.projects.project import Project, Server
from tests.projects.test_moving import GUIDE, commands
from tests.projects.traffic import Call, Traffic
from tests.updates import living

FIRST, *_ = RELEASES
CALLS = (
    Call("GET", "/api/v1/orders", 200),  # the team's
    Call("POST", "/api/v1/todos", 201, {"title": "Buy milk"}),
    Call("GET", "/api/v1/todos", 200),
)
# How long old and new answer side by side, and how long the old one goes on when told to stop.
TOGETHER, DRAIN = 1.0, "2"
# What speaks of the answers, of what a team adds, or of what an update leaves.
OF_ANSWERS = [
    "tests/core", "tests/http/test_access.py", "tests/http/test_todos.py", "tests/services",
    "tests/test_conflicts.py", "tests/test_settings.py",
]  # fmt: skip
ASKED = ("tests/hybrid_app/asked.py", swap("ASKED = [", 'ASKED = [Ask("GET", "/api/v1/orders"),'))


class Service:
    """A team's project, and what runs of it while clients go on calling."""

    def __init__(self, project: Project, deployments: ExitStack, traffic: Traffic) -> None:
        self.project, self.traffic = project, traffic
        self.work: living.Work = {}
        self._deployments = deployments
        self._running: Server | None = None
        self._folders = iter(range(1000))
        self.report: list[str] = []

    def update(self, **answers: str) -> None:
        """Run the command of the guide; nothing of the team's may be lost or in conflict."""
        data = [f"--data={name}={value}" for name, value in answers.items()]
        self.project.run(
            shlex.join([sys.executable, "-m", "copier", "update", "--defaults", "--quiet", *data])
        )
        folder = self.project.folder
        assert living.conflicts(folder) == []
        assert living.lost(folder, self.work) == []
        self.project.run("uv lock --quiet")
        living.commit(folder, ", ".join(data) or "update")

    def deploy(self, name: str, **settings: str) -> None:
        """Boot what there is beside what runs, send clients to both, and stop the old one."""
        folder = self.project.folder.with_name(f"deployed-{next(self._folders)}")
        ignored = shutil.ignore_patterns(".venv", ".git", "*.log", "*.db*")
        copy = Project(shutil.copytree(self.project.folder, folder, ignore=ignored))
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
        self.report.append(f"{name}: {self.traffic.answers.total():,} requests so far, 0 failed")


@contextmanager
def served_and_called(project: Project) -> Iterator[Service]:
    with ExitStack() as deployments, Traffic(*CALLS) as traffic:
        yield Service(project, deployments, traffic)


def move_orders(service: Service) -> None:
    """Write the team's endpoint for FastAPI as well, and have both halves compared."""
    living.change(service.project.folder, [*living.own_feature("fastapi"), ASKED])
    living.commit(service.project.folder, "orders are answered by FastAPI, too")
    service.project.run("uv run pytest --quiet tests/hybrid_app/test_parity.py")


def ask_who_calls(service: Service) -> None:
    """Ask at the team's endpoint as well: the project's own tests insist on it."""
    folder, name = service.project.folder, f"{living.PACKAGE}/fastapi_app/orders.py"
    asked = "\n\nfrom .identity import User\n\nrouter = "
    edits = [swap("\n\nrouter = ", asked), swap("def browse()", "def browse(user: User)")]
    living.change(folder, [(name, edit) for edit in edits])
    living.commit(folder, "who sees the orders")
    service.work[name] = (folder / name).read_text(encoding="utf-8").splitlines()


def begun_with_flask(service: Service, template: Path) -> None:
    service.deploy("the first release, in Flask")
    go_on(template)
    service.update()
    service.deploy("updated")


def moved_to_fastapi(service: Service) -> None:
    service.update(framework="hybrid")
    service.deploy("FastAPI in front", FASTAPI_SHARE="0")
    move_orders(service)
    service.deploy("orders moved, none of the traffic", FASTAPI_SHARE="0")
    service.deploy("half of the traffic", FASTAPI_SHARE="0.5")
    service.deploy("all of it")
    # The old half goes, and with it what the team has written again in the new one.
    gone = [name for name in service.work if "/flask_app/" in name]
    for name in gone:
        del service.work[name]
    [remove] = [line for line in commands(service.project.read(GUIDE)) if "git rm" in line]
    service.update(framework="fastapi")
    service.project.run(remove)
    living.commit(service.project.folder, "without Flask")
    service.deploy("FastAPI alone")


def grown(service: Service, database_url: str) -> None:
    settings = {"DATABASE_URL": database_url}
    service.update(database="postgresql")
    service.deploy("PostgreSQL", **settings)
    service.update(auth="jwt")
    ask_who_calls(service)
    settings["JWT_KEYS"] = f"k1:{token_urlsafe(48)}"
    service.deploy("accounts", **settings)
    service.update(deploy="[kubernetes, lambda]")
    service.deploy("Kubernetes and AWS Lambda, too", **settings)
    service.update(deploy="[]")
    service.deploy("and not any more", **settings)


@pytest.mark.slow
def test_from_the_first_release_on_nothing_is_lost_and_no_request_fails(tmp_path: Path) -> None:
    template = released(tmp_path / "template", FIRST)
    asked = {"framework": "flask", "database": "sqlite", "auth": "none"}
    project = Project(living.start(template, tmp_path / "orders-api", **asked))
    work = living.work_on(project.folder)
    project.run("uv lock --quiet")
    living.commit(project.folder, "locked")
    with postgres.server() as url, served_and_called(project) as service:
        service.work = work
        begun_with_flask(service, template)
        moved_to_fastapi(service)
        grown(service, url)
        print("\n".join(service.report))
    for task in ("lint", "types", "layers"):
        project.run(f"uv run poe {task}")
    project.run(f"uv run pytest --quiet {' '.join(OF_ANSWERS)}")
