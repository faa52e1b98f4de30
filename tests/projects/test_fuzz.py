"""A fuzzer reads the OpenAPI document of each booted project and finds nothing to complain about."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.matrix.plugin import is_nightly
from tests.projects.callers import auth, providing, signed_in
from tests.projects.project import Project, environment

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
CONFIG = Path(__file__).parent / "schemathesis.toml"


@pytest.mark.slow
@pytest.mark.step("fuzz")
@pytest.mark.on_change("fastapi-sqlite-api_key", "flask-sqlite-jwt")
def test_fuzzer_finds_no_fault(project: Project, request: pytest.FixtureRequest) -> None:
    # For each operation and phase.
    examples = 400 if is_nightly(request.config) else 20
    # What would end the run early, or answer most of it with 429.
    more = (
        {"ACCESS_TOKEN_SECONDS": "3600", "LOGIN_RATE_LIMIT": ""} if auth(project) == "jwt" else {}
    )
    with providing(project), project.served(LOG_LEVEL="warning", **more) as server:
        headers = signed_in(project, server)
        done = subprocess.run(
            [
                *(str(SCHEMATHESIS), "--config-file", str(CONFIG)),
                *("run", f"{server.url}/openapi.json"),
                *_left_out(project),
                # One seed, so that a failure is that of a change and can be repeated.
                *("--max-examples", str(examples), "--seed", "1", "--no-color"),
                *(f"--header={name}: {value}" for name, value in headers.items()),
            ],
            env=environment(),
            cwd=project.folder,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-5000:]
    sent = re.search(r"(\d+) generated", done.stdout)
    assert sent and int(sent[1]) >= 5 * examples, done.stdout[-1000:]


def _left_out(project: Project) -> list[str]:
    """What FastAPI does not know, other methods of its paths among it, an adopted application answers."""
    return ["--exclude-checks", "unsupported_method"] if project.adopts else []
