"""The manifests of a project, really run: by podman, which takes them for pods as a kubelet does.

What podman cannot do (secrets, scaling, disruption budgets, network policies, jobs) is validated in
`tests/template` alone. Here, a secret is a ConfigMap, and a job the pod that it would make.
"""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pytest
import yaml

from decision.evidence.processes import free_port
from tests.conftest import Render
from tests.projects.conftest import locked
from tests.projects.containers import docker, require_engine
from tests.projects.project import Project, status
from tests.template.test_kubernetes import kustomize, objects, require_kubectl

pytestmark = [pytest.mark.slow, pytest.mark.nightly, pytest.mark.step("kubernetes")]

DATABASE = "postgres:17.12"
# Podman would ask for more than a container that runs tests may have itself.
LIMITS = '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n'

Podman = Callable[..., str]


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Podman:
    require_engine()
    require_kubectl()
    if not shutil.which("podman"):
        if os.environ.get("CI"):
            pytest.fail("podman is missing: apt-get install podman")
        pytest.skip("podman is missing: the manifests are NOT run here.")
    config = tmp_path_factory.mktemp("podman") / "containers.conf"
    config.write_text(LIMITS)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}

    def run(*arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["podman", *arguments],
            env=kept | {"CONTAINERS_CONF": str(config)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0 or not check, f"podman {arguments}: {done.stdout}"
        return done.stdout.strip()

    return run


def load_image(podman: Podman, image: str, folder: Path) -> str:
    """Hand an image over from one engine to the other; return its name there."""
    docker("save", f"--output={folder / 'image.tar'}", image)
    podman("load", f"--input={folder / 'image.tar'}")
    (folder / "image.tar").unlink()
    return f"docker.io/library/{image}"


@pytest.fixture(params=["fastapi", "flask"])
def project(request: pytest.FixtureRequest, render: Render, tmp_path: Path) -> Project:
    rendered = Project(render(framework=request.param, deploy=["kubernetes"]))
    return locked(rendered.copy(tmp_path / "orders-api"))


@pytest.fixture
def database(podman: Podman, tmp_path: Path) -> Iterator[str]:
    """The URL of a PostgreSQL in a container of its own."""
    image, name = load_image(podman, DATABASE, tmp_path), f"database-{uuid4().hex[:8]}"
    variables = ["--env=POSTGRES_USER=app", "--env=POSTGRES_PASSWORD=app", "--env=POSTGRES_DB=app"]
    podman("run", "--detach", f"--name={name}", *variables, image)
    try:
        ready = ["exec", name, "pg_isready", "--host=127.0.0.1", "--username=app"]
        until(lambda: "accepting" in podman(*ready, check=False))
        address = podman("inspect", "--format={{.NetworkSettings.IPAddress}}", name)
        yield f"postgresql://app:app@{address}/app"
    finally:
        podman("rm", "--force", "--volumes", name)


def until(true: Callable[[], bool]) -> None:
    deadline = monotonic() + 60
    while not true():
        assert monotonic() < deadline
        sleep(0.2)


def answered(url: str) -> int:
    """Return the status of an answer, 0 where there is none."""
    try:
        return status(url)
    except OSError:
        return 0


def pods(
    project: Project, image: str, secrets: dict[str, str], port: int
) -> tuple[list[Any], list[Any]]:
    """Return what is to be played for the migration and for the application."""
    manifests = objects(kustomize(project.folder, "base"))
    name = manifests["Deployment"]["metadata"]["name"]
    secret = {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{name}-secret"},
        "data": secrets,
    }  # fmt: skip
    for kind in ("Deployment", "Job"):
        [container] = manifests[kind]["spec"]["template"]["spec"]["containers"]
        container["image"] = image
        assert container["envFrom"][1] == {"secretRef": {"name": name}}
        container["envFrom"][1] = {"configMapRef": {"name": f"{name}-secret"}}
        if kind == "Deployment":
            container["ports"][0]["hostPort"] = port
    job = manifests["Job"]
    migration = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": job["metadata"]["name"]},
        "spec": job["spec"]["template"]["spec"],
    }  # fmt: skip
    settings = [manifests["ConfigMap"], secret]
    return [*settings, migration], [*settings, manifests["Deployment"]]


def test_podman_builds_the_image_with_its_health_check(
    project: Project, podman: Podman, tmp_path: Path
) -> None:
    for image in re.findall(r"^FROM (\S+:\S+) AS", project.read("Dockerfile"), re.MULTILINE):
        load_image(podman, image, tmp_path)
    tag = f"orders-api:{uuid4().hex[:12]}"
    # As the README says; a kernel with cgroups of both kinds needs the isolation.
    podman("build", "--isolation=chroot", "--format=docker", f"--tag={tag}", str(project.folder))
    try:
        assert "/livez" in podman("inspect", "--format={{.HealthCheck.Test}}", tag)
    finally:
        podman("rmi", "--force", tag)


def test_migration_and_application_run_as_the_manifests_say(
    project: Project, podman: Podman, database: str, tmp_path: Path
) -> None:
    tag, port = f"orders-api:{uuid4().hex[:12]}", free_port()
    docker("build", "--quiet", f"--tag={tag}", ".", folder=project.folder)
    image = load_image(podman, tag, tmp_path)
    secrets = {"DATABASE_URL": database, "JWT_KEYS": f"k1:{uuid4().hex}{uuid4().hex}"}
    migration, application = pods(project, image, secrets, port)
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        stack.callback(podman, "rmi", "--force", image, check=False)
        stack.callback(docker, "image", "rm", "--force", tag)
        played = [tmp_path / "migration.yaml", tmp_path / "application.yaml"]
        for file, content in zip(played, (migration, application), strict=True):
            file.write_text(yaml.safe_dump_all(content))
            stack.callback(podman, "kube", "down", str(file), check=False)
        # First the application: it is alive, and not ready before the migration is done.
        podman("kube", "play", str(played[1]))
        until(lambda: answered(f"{url}/livez") == 200)
        assert answered(f"{url}/readyz") == 503
        podman("kube", "play", str(played[0]))
        job = "orders-api-migrate-migrate"
        until(lambda: podman("inspect", "--format={{.State.Status}}", job) == "exited")
        assert podman("inspect", "--format={{.State.ExitCode}}", job) == "0", podman("logs", job)
        until(lambda: answered(f"{url}/readyz") == 200)
        [app] = [
            name
            for name in podman("ps", "--format={{.Names}}").splitlines()
            if re.fullmatch(r"orders-api-pod-\d+-app", name)
        ]
        [about] = json.loads(podman("inspect", app))
        assert about["Config"]["User"] == "10001:10001"
        assert about["HostConfig"]["ReadonlyRootfs"] is True
        assert about["HostConfig"]["Memory"] == 256 * 1024 * 1024
        assert about["EffectiveCaps"] in (None, [])
        # What ends is started again.
        before = about["State"]["Pid"]
        os.kill(before, signal.SIGKILL)  # Podman lets rest what it has killed itself.
        until(lambda: podman("inspect", "--format={{.State.Pid}}", app) not in ("0", str(before)))
        until(lambda: answered(f"{url}/readyz") == 200)
        podman("stop", "--time=35", app)
        assert podman("inspect", "--format={{.State.ExitCode}}", app) in ("0", "143")
        assert {json.loads(line)["level"] for line in podman("logs", app).splitlines()} <= {
            "info",
            "warning",  # The database, asked before it has a schema.
        }
