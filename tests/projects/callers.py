"""Makes somebody of whoever calls a booted project, in the way that it was made for."""

import fcntl
import json
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import yaml

from tests.projects.project import Project, Server, environment

ACCOUNT = {"email": "you@example.org", "password": "four words or more"}


def auth(project: Project) -> str:
    answer: str = yaml.safe_load(project.read(".copier-answers.yml"))["auth"]
    return answer


def register(server: Server) -> None:
    body, headers = json.dumps(ACCOUNT).encode(), {"content-type": "application/json"}
    urlopen(Request(f"{server.url}/api/v1/auth/register", body, headers)).close()


@contextmanager
def providing(project: Project) -> Iterator[None]:
    """Start what the README starts beside the server: an identity provider, a stub of a model."""
    started = [line.removesuffix(" &") for line in project.commands if line.endswith(" &")]
    with ExitStack() as stack:
        if started:
            stack.enter_context(_one_at_a_time())
        for command in started:
            stack.enter_context(_running(project, command))
        yield


@contextmanager
def _running(project: Project, command: str) -> Iterator[None]:
    with subprocess.Popen(
        shlex.split(command),
        cwd=project.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline().startswith(b"http"), "It says where it listens."
            yield
        finally:
            # The one that listens is a child of a child.
            os.killpg(process.pid, signal.SIGTERM)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait for other tests of this machine: the README has each of them on one port."""
    with (Path(tempfile.gettempdir()) / "provider-of-a-project.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def signed_in(project: Project, server: Server) -> dict[str, str]:
    """Return the headers of somebody who may call; none where everybody may."""
    if auth(project) == "jwt":
        register(server)
        form = {"username": ACCOUNT["email"], "password": ACCOUNT["password"]}
        with urlopen(f"{server.url}/api/v1/auth/token", urlencode(form).encode()) as answer:
            return {"Authorization": f"Bearer {json.load(answer)['access_token']}"}
    if auth(project) == "api_key":
        *program, _ = shlex.split(project.commands[0])
        printed = project.run(shlex.join([*program, "keys", "create", "you"]))
        return {"X-API-Key": printed.splitlines()[-1]}
    if auth(project) == "oidc":
        [asks] = [line for line in project.commands if line.startswith("TOKEN=")]
        printed = subprocess.check_output(["sh", "-c", f'{asks}; echo "$TOKEN"'], text=True)
        return {"Authorization": f"Bearer {printed.strip()}"}
    return {}
