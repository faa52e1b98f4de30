"""Takes each protection out of rendered projects, and sees that their tests notice.

uv run python -m tests.mutations --row S16 --project flask-sqlite-jwt
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.conftest import snapshot
from tests.mutations.bench import Bench, Unfit, Verdict, installed
from tests.mutations.mutation import DoesNotApply, Mutation, load


def main() -> int:
    options = arguments()
    chosen = [each for each in load() if not options.row or each.row in options.row]
    names = sorted({name for each in chosen for name in each.projects})
    names = [name for name in names if not options.project or name in options.project]
    if not names:
        sys.exit("No mutation is called so.")
    try:
        verdicts = list(judged(names, chosen, options.jobs))
    except (Unfit, DoesNotApply) as error:
        sys.exit(f"\n{error}")
    sys.stdout.write(table(verdicts))
    return int(any(verdict.outcome != "caught" for verdict in verdicts))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.mutations", description=__doc__)
    again: dict[str, Any] = {"action": "append", "default": []}
    parser.add_argument("--row", help="only this one, S16; may be repeated", **again)
    parser.add_argument("--project", help="only this one, flask-none-none; repeatable", **again)
    parser.add_argument("--jobs", type=int, default=1, help="mutations at a time")
    return parser.parse_args()


def judged(names: list[str], mutations: list[Mutation], jobs: int) -> Iterator[Verdict]:
    with tempfile.TemporaryDirectory(prefix="mutations-", ignore_cleanup_errors=True) as folder:
        template = snapshot(Path(folder) / "template")
        for name in names:
            mine = [each for each in mutations if name in each.projects]
            say(f"\n{name}: rendering, installing, testing it as it is\n")
            bench = installed(name, template, Path(folder))
            yield from shown(bench, mine, jobs)


def shown(bench: Bench, mutations: list[Mutation], jobs: int) -> Iterator[Verdict]:
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for _ in pool.map(bench.check, {mutation.tests: None for mutation in mutations}):
                say(".")
            say("\n")
            for verdict in pool.map(bench.judge, mutations):
                mutation = verdict.mutation
                say(f"{verdict.outcome:8} {mutation.row:4} {mutation.title}\n")
                say(f"         {verdict.test} {_short(verdict)}\n")
                yield verdict
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _short(verdict: Verdict) -> str:
    return verdict.said if verdict.outcome == "broken" else " ".join(verdict.said.split())[:120]


def table(verdicts: Iterable[Verdict]) -> str:
    rows = [
        (each.mutation.row, each.mutation.title, each.project, each.test, each.outcome)
        for each in verdicts
    ]
    head = ("row", "protection", "project", "test that failed", "")
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
