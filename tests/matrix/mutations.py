"""Breaks the template in the ways in which templates break, and sees which step of the matrix notices.

    uv run python -m tests.matrix.mutations --row "no port"

`mutations.yml` lists them. Each is made in a copy of this repository, with its tests, and one
variant is put through the short steps there, until one fails.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from xml.etree import ElementTree

import yaml

from tests.conftest import git, snapshot

ROWS = Path(__file__).with_name("mutations.yml")
# In this order: what is sooner done comes first.
SHORT = ("tests/matrix", "tests/projects")
LIMIT = 600  # Seconds, for the steps of one mutation.


class DoesNotApply(Exception):
    """A row does not fit the template, or says too little: one of the two has moved on."""


@dataclass(frozen=True)
class Mutation:
    """A change to one file of the repository, or, with `move`, its place.

    `variant` is put through the steps, and the one named `caught` should be the first to fail;
    `tests` narrows down what is run.
    """

    title: str
    file: str
    caught: str
    variant: str = ""
    find: str = ""
    replace: str = ""
    move: str = ""
    tests: str = ""

    def apply(self, folder: Path) -> None:
        """Change the copy in `folder`, or raise `DoesNotApply`."""
        file = folder / self.file
        if not file.is_file():
            raise DoesNotApply(f"{self.title}: there is no {self.file}")
        if self.move:
            place = folder / self.move
            if place.exists():
                raise DoesNotApply(f"{self.title}: there is {self.move} already")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, place)
            return
        whole = file.read_text(encoding="utf-8")
        if (found := whole.count(self.find)) != 1 or not self.find:
            raise DoesNotApply(f"{self.title}: in {self.file} there are {found} of: {self.find}")
        if self.find == self.replace:
            raise DoesNotApply(f"{self.title}: it changes nothing")
        file.write_text(whole.replace(self.find, self.replace), encoding="utf-8")


@dataclass(frozen=True)
class Verdict:
    """Which step failed first, in which test and with which words; none: it was not noticed."""

    mutation: Mutation
    step: str | None
    test: str
    said: str
    seconds: float

    @property
    def as_expected(self) -> bool:
        return self.step == self.mutation.caught


def load(text: str) -> list[Mutation]:
    """Return the mutations that a file lists, or raise `DoesNotApply`."""
    return [_read(entry) for entry in yaml.safe_load(text)]


def _read(entry: dict[str, str]) -> Mutation:
    try:
        found = Mutation(**entry)
    except TypeError as error:
        raise DoesNotApply(f"{entry}: {error}") from error
    if bool(found.find) == bool(found.move):
        raise DoesNotApply(f"{found.title}: it says either what to find or where to move to")
    return found


@contextmanager
def broken(mutation: Mutation) -> Iterator[Path]:
    """Make the mutation in a copy of this repository."""
    with tempfile.TemporaryDirectory(prefix="mutation-", ignore_cleanup_errors=True) as own:
        folder = snapshot(Path(own) / "repository")
        git("init", "--quiet", cwd=folder)  # Which files there are, git is asked.
        mutation.apply(folder)
        yield folder


def judge(mutation: Mutation) -> Verdict:
    """Put its variant through the short steps, until one fails."""
    start = perf_counter()
    with broken(mutation) as folder:
        report = folder.with_name("report.xml")
        which = mutation.tests.split() or [*SHORT, "-m", "step and not gate and not slow"]
        options = ["-q", "-n0", "--exitfirst", "--tb=line"]
        options += [f"--variant={mutation.variant}"] if mutation.variant else []
        own = [f"--junitxml={report}", f"--basetemp={folder.with_name('tmp')}"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *own, *which],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name[:7] != "PYTEST_"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=LIMIT, check=False,
        )  # fmt: skip
        found = _failed(report)
    if found is None and done.returncode != 0:
        raise DoesNotApply(f"{mutation.title}: no test failed, and yet:\n{done.stdout[-3000:]}")
    step, test, said = found or (None, "", "every step passed")
    return Verdict(mutation, step, test, said, perf_counter() - start)


def _failed(report: Path) -> tuple[str, str, str] | None:
    """Return the step, the test and the words of the first one that failed."""
    for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
        for tag in ("failure", "error"):
            if (said := case.find(tag)) is not None:
                steps = [each.get("value", "") for each in case.iter("property")]
                words = (said.text or said.get("message") or "").strip()
                return (steps or ["?"])[-1], case.get("name", ""), words
    return None


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.matrix.mutations", description=__doc__)
    parser.add_argument("--row", action="append", default=[], help="only the one of this title")
    options = parser.parse_args()
    rows = load(ROWS.read_text(encoding="utf-8"))
    chosen = [each for each in rows if not options.row or each.title in options.row]
    if not chosen:
        sys.exit("No mutation is called so.")
    try:
        verdicts = list(told(map(judge, chosen)))
    except DoesNotApply as error:
        sys.exit(f"\n{error}")
    return int(not all(verdict.as_expected for verdict in verdicts))


def told(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Print a line for each as soon as it is there."""
    say("mutation", "variant", "caught by", "test", "seconds")
    say("---", "---", "---", "---", "---")
    for verdict in verdicts:
        step = verdict.step or "NOBODY"
        expected = "" if verdict.as_expected else f" (not {verdict.mutation.caught})"
        test = re.sub(r"\[.*", "", verdict.test)
        say(
            verdict.mutation.title, verdict.mutation.variant, f"{step}{expected}", test,
            f"{verdict.seconds:.0f}",
        )  # fmt: skip
        yield verdict


def say(*cells: str) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
