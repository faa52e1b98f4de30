"""The repository holds itself to what it asks of the projects."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize("command", ["ruff format --check", "ruff check", "mypy"])
def test_its_own_code_is_tidy(command: str) -> None:
    tool, *options = command.split()
    done = subprocess.run(
        [sys.executable, "-m", tool, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
