"""A real terminal of 80x24, in tmux: commands run in it, keys are pressed, the screen is read."""

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
DEADLINE = 120.0  # seconds: a busy machine is no failure


def require_tmux() -> None:
    """Skip without tmux, loudly; where CI promises it, fail."""
    if shutil.which("tmux"):
        return
    if os.environ.get("CI"):
        pytest.fail("tmux is missing, so nobody looks at the questionnaire in a terminal.")
    pytest.skip("tmux is missing: the questionnaire in a terminal is NOT tested here.")


class Terminal:
    """`with Terminal(["copier", ...], folder) as terminal:` types and reads until it is closed."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._socket = str(folder / "tmux.sock")
        self._folder = folder
        # The screen stays when the command ends, and says how it ended.
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
        """Press keys by tmux's names: Enter, Up, M-Enter, C-c, or letters."""
        self._tmux("send-keys", "-t", ":", *keys)

    def screen(self, *, colours: bool = False) -> str:
        """What is on the screen now; the lines a narrow terminal had to break stay broken."""
        return self._tmux("capture-pane", "-p", "-t", ":", *(["-e"] if colours else []))

    def wait_until(self, shown: Callable[[str], bool], what: str) -> str:
        """The first screen that satisfies `shown`."""
        end = time.monotonic() + DEADLINE
        while not shown(screen := self.screen()):
            if time.monotonic() > end or "EXIT " in screen:  # nothing more will come
                raise AssertionError(f"{what} did not appear. The screen:\n{screen}")
            time.sleep(0.1)
        return screen

    def wait_for(self, *texts: str) -> str:
        """The first screen that shows every text."""
        return self.wait_until(lambda screen: all(text in screen for text in texts), str(texts))

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments],
            check=True, capture_output=True, text=True, encoding="utf-8", timeout=60,
        )  # fmt: skip
        return done.stdout
