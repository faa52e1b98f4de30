"""A terminal of 80x24 in tmux: runs a command, presses keys, reads the screen."""

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

COLUMNS, ROWS = 80, 24
DEADLINE = 120.0  # seconds, also enough on a busy machine


def require_tmux() -> None:
    """Skip the test without tmux; in CI, fail."""
    if shutil.which("tmux"):
        return
    if os.environ.get("CI"):
        pytest.fail("tmux is missing: apt-get install tmux")
    pytest.skip("tmux is missing: the questionnaire is NOT tested in a terminal.")


class Terminal:
    """`with Terminal(["copier", ...], folder) as terminal:` runs the command until the end."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._socket = str(folder / "tmux.sock")
        self._folder = folder
        # The screen stays after the end of the command, and shows its exit code.
        self._line = f"{shlex.join(command)}; echo EXIT $?; exec sleep 600"

    def __enter__(self) -> Self:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        size = ["-x", str(COLUMNS), "-y", str(ROWS)]
        subprocess.run(
            ["tmux", "-u", "-S", self._socket, "-f", os.devnull, "new-session", "-d", *size]
            + ["-c", str(self._folder), "sh", "-c", self._line],
            env=environment, check=True, timeout=60,
        )  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], check=False, timeout=60)

    def press(self, *keys: str) -> None:
        """Press keys with tmux's names, such as Enter, Up, M-Enter and C-c, or type letters."""
        self._tmux("send-keys", "-t", ":", *keys)

    def screen(self) -> str:
        """Return the screen; lines that the terminal wrapped stay wrapped."""
        return self._tmux("capture-pane", "-p", "-t", ":")

    def wait_until(self, condition: Callable[[str], bool], description: str) -> str:
        """Return the first screen that meets the condition."""
        end = time.monotonic() + DEADLINE
        while not condition(screen := self.screen()):
            if time.monotonic() > end or "EXIT " in screen:  # the command has ended
                raise AssertionError(f"{description} did not appear. The screen:\n{screen}")
            time.sleep(0.1)
        return screen

    def wait_for(self, *texts: str) -> str:
        """Return the first screen with all of the texts."""
        return self.wait_until(lambda screen: all(text in screen for text in texts), str(texts))

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments],
            check=True, capture_output=True, text=True, encoding="utf-8", timeout=60,
        )  # fmt: skip
        return done.stdout
