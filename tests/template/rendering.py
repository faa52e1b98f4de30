"""How long `copier copy --defaults` takes, beside two others, and where the time goes.

    uv run python -m tests.template.rendering
    uv run python -m tests.template.rendering --profile

All are rendered in turns, from repositories of git with a tag, as users have them. An empty
template has one question and one file: what Copier takes to start. A plain one has the very files
that this template renders, as they are: no question, no condition, nothing to fill in. What it
takes beyond an empty one is Copier's price for so many files; the rest is what our questions and
layers cost.
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


def plain(folder: Path, template: Path) -> Path:
    """Make a template of the files that `template` renders, where Copier only copies them."""
    copier.run_copy(str(template), folder / "template", defaults=True, quiet=True)
    (folder / "template/.copier-answers.yml").unlink()
    (folder / "copier.yml").write_text("_subdirectory: template\n")
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
        if options.profile:
            profiled(ours, folder / "profiled")
            return
        templates = {
            "this template": ours,
            "its files, plain": tagged(plain(folder / "plain", ours)),
            "an empty one": tagged(empty(folder / "empty")),
        }
        found = [
            {name: seconds(each, folder / f"{name} {run}") for name, each in templates.items()}
            for run in range(options.runs)
        ]
    print("| `copier copy --defaults` of | s | beside an empty one |")
    print("| --- | ---: | ---: |")
    for name in templates:
        ratio = median(run[name] / run["an empty one"] for run in found)
        print(f"| {name} | {median(run[name] for run in found):.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
