"""Makes somebody of whoever calls a booted project, in the way that it was made for."""

import json
import shlex
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import yaml

from tests.projects.project import Project, Server

ACCOUNT = {"email": "you@example.org", "password": "four words or more"}


def auth(project: Project) -> str:
    answer: str = yaml.safe_load(project.read(".copier-answers.yml"))["auth"]
    return answer


def register(server: Server) -> None:
    body, headers = json.dumps(ACCOUNT).encode(), {"content-type": "application/json"}
    urlopen(Request(f"{server.url}/api/v1/auth/register", body, headers)).close()


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
    return {}
