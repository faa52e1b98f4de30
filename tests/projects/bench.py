"""What rendered projects cost beside the bare framework: each measures itself, in one table.

    uv run python -m tests.projects.bench

A column is a project, a figure its ratio to the bare framework under the same server: its own
`poe bench` has both take turns. Below the table is on what machine.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from decision.evidence import machine
from tests.conftest import FRAMEWORKS, snapshot
from tests.projects.project import Project, environment

FIGURES = {
    "livez": "`/livez`, requests a second, at least",
    "listing": "listing behind auth, requests a second, at least",
    "memory": "memory under load, at most",
    "start": "start to ready, at most",
    "import": "import of the application, at most",
}
# What each is meant to be.
WANTED = {"livez": 0.7, "listing": 0.7, "memory": 1.5, "start": 2.0, "import": 1.5}


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.projects.bench", description=__doc__)
    parser.add_argument("--framework", choices=FRAMEWORKS, action="append")
    parser.add_argument("--data", action="append", default=[], help="an answer: database=none")
    parser.add_argument("--plan", default="", help="options of poe bench: '--rounds 3'")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as own:
        template = snapshot(Path(own) / "template")
        results = {
            framework: ratios(framework, template, Path(own) / framework, options)
            for framework in options.framework or FRAMEWORKS
        }
    sys.stdout.write(f"{table(results)}\n{measured_on(load)}\n")


def ratios(
    framework: str, template: Path, folder: Path, options: argparse.Namespace
) -> dict[str, float]:
    """Render a project into `folder`; return its figures, each as a ratio."""
    folder.mkdir()
    pairs = (f"framework={framework}", "kit_tests=true", *options.data)
    answers = [f"--data={answer}" for answer in pairs]
    project = Project.render(template, folder / "orders-api", *answers)
    project.run("uv sync --quiet")
    done = subprocess.run(
        ["uv", "run", "poe", "--quiet", "bench", "--json", *shlex.split(options.plan)],
        cwd=project.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return {name: each["ratio"] for name, each in figures.items()}


def table(results: dict[str, dict[str, float]]) -> str:
    lines = [f"| | limit | {' | '.join(results)} |", f"| --- | ---: |{' ---: |' * len(results)}"]
    for name, title in FIGURES.items():
        cells = [f"{each[name]:.2f}" if name in each else "-" for each in results.values()]
        lines.append(f"| {title} | {WANTED[name]:.2f} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def measured_on(load: float) -> str:
    """Say on what, of which others used `load` processors before it began."""
    machine_text = "{processor}, {cores} cores, {memory_gib} GiB, {system}, {python}"
    return f"Measured on {machine_text.format(**machine.described())}; load average before: {load:.2f}."


if __name__ == "__main__":
    main()
