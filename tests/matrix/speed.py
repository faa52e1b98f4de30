"""How many projects are rendered in a second on one core, and where the time goes.

uv run python -m tests.matrix.speed --renders 100
"""

import argparse
import cProfile
import io
import pstats
import sys
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

import copier

from tests.conftest import fast_copier, snapshot
from tests.matrix.memory import Renderer
from tests.matrix.refused import accepted
from tests.matrix.sample import drawn


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.matrix.speed", description=__doc__)
    parser.add_argument("--renders", type=int, default=50, help="how many of each kind")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    answers = list(islice(filter(accepted, drawn(options.seed)), options.renders))
    with tempfile.TemporaryDirectory() as folder, fast_copier():
        template = snapshot(Path(folder) / "template")
        renderer = Renderer(template)
        say("kind", "a second", "milliseconds each")
        timed("in memory", renderer.render, answers)
        numbers = iter(range(len(answers) + 1))

        def to_disk(data: dict[str, Any]) -> None:
            place = Path(folder) / str(next(numbers))
            copier.run_copy(str(template), place, data=data, defaults=True, quiet=True)

        timed("to disk", to_disk, answers)
        profiled(renderer.render, answers[:10])


def timed(
    kind: str, render: Callable[[dict[str, Any]], object], each: list[dict[str, Any]]
) -> None:
    render(each[0])  # The first one compiles.
    start = process_time()
    for answers in each:
        render(answers)
    took = process_time() - start
    say(kind, f"{len(each) / took:.1f}", f"{1000 * took / len(each):.0f}")


def profiled(render: Callable[[dict[str, Any]], object], each: list[dict[str, Any]]) -> None:
    with cProfile.Profile() as profile:
        for answers in each:
            render(answers)
    printed = io.StringIO()
    pstats.Stats(profile, stream=printed).sort_stats("cumulative").print_stats(r"copier|jinja2", 15)
    sys.stdout.write(printed.getvalue())


def say(*cells: str) -> None:
    sys.stdout.write("".join(cell.ljust(12) for cell in cells) + "\n")


if __name__ == "__main__":
    main()
