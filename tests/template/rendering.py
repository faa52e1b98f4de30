"""How long `copier copy --defaults` takes, beside an empty template, and where the time goes.

    uv run python -m tests.template.rendering
    uv run python -m tests.template.rendering --profile

Both are rendered in turns, from repositories of git with a tag, as users have them. An empty
template has one question and one file: what Copier takes for itself.
"""

import argparse
import cProfile
import pstats
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import copier

from tests.conftest import git, snapshot
from tests.projects.project import environment

EMPTY = {
    "copier.yml": "_subdirectory: template\nproject_name: Orders API\n",
    "template/README.md.jinja": "# {{ project_name }}\n",
}


def empty(folder: Path) -> Path:
    for path, text in EMPTY.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def tagged(folder: Path) -> Path:
    """Make a repository of `folder`, with one release."""
    for command in ("init --quiet", "add --all", "commit --quiet --message=all", "tag 1.0.0"):
        git(*command.split(), cwd=folder)
    return folder


def seconds(template: Path, folder: Path) -> float:
    """Return how long Copier's command line takes, from start to end."""
    command = [sys.executable, "-m", "copier", "copy", "--defaults", "--quiet"]
    begun = perf_counter()
    subprocess.run([*command, str(template), str(folder)], env=environment(), check=True)
    return perf_counter() - begun


def profiled(template: Path, folder: Path) -> None:
    """Print which functions of a rendering took longest, with all that they called."""
    profile = cProfile.Profile()
    with profile:
        copier.run_copy(str(template), folder, defaults=True, quiet=True)
    pstats.Stats(profile).strip_dirs().sort_stats("cumulative").print_stats(45)


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.template.rendering", description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        folder = Path(own)
        ours = tagged(snapshot(folder / "ours"))
        nothing = tagged(empty(folder / "empty"))
        if options.profile:
            profiled(ours, folder / "profiled")
            return
        found = [
            (seconds(ours, folder / f"ours-{run}"), seconds(nothing, folder / f"empty-{run}"))
            for run in range(options.runs)
        ]
    ratio = median(one / other for one, other in found)
    print("| copier copy --defaults | this template, s | an empty one, s | ratio |")
    print("| --- | ---: | ---: | ---: |")
    print(
        f"| | {median(one for one, _ in found):.2f} | {median(o for _, o in found):.2f} | {ratio:.2f} |"
    )


if __name__ == "__main__":
    main()
