"""Commands for operators: `worker`, and `jobs list | retry | cancel`."""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import NotFound
from . import queue
from .probe import serve_probe
from .settings import JobsSettings

_PACKAGE = Path(__file__).parents[2]


def worker(settings: JobsSettings, once: bool) -> None:
    """Run jobs until SIGTERM."""
    load_tasks()
    if settings.jobs_port and not once:
        serve_probe(settings.jobs_port, lambda: queue.counts(settings))
    queue.work(settings, once=once)


def load_tasks() -> None:
    """Import every `jobs` module of the package."""
    for file in sorted(_PACKAGE.rglob("jobs.py")):
        import_module(".".join(file.relative_to(_PACKAGE.parent).with_suffix("").parts))


def list_dead(settings: JobsSettings) -> None:
    """List the dead jobs: those that failed in the last attempt."""
    for job in queue.list_dead(settings):
        sys.stdout.write("  ".join(map(str, job)) + "\n")


def retry(settings: JobsSettings, job_id: str) -> None:
    """Run a dead job again, with all of its attempts."""
    if not queue.retry(settings, job_id):
        raise NotFound("No dead job has this ID.")


def cancel(settings: JobsSettings, job_id: str) -> None:
    """Delete a job that is waiting or dead."""
    if not queue.cancel(settings, job_id):
        raise NotFound("No waiting or dead job has this ID.")


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add `worker` and `jobs` to the command line."""
    parser = commands.add_parser("worker", help=worker.__doc__)
    parser.add_argument("--once", action="store_true", help="End when no job is due.")
    parser.set_defaults(run=worker)
    parser = commands.add_parser("jobs", help="List, retry or cancel dead jobs.")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    for name, verb in {"list": list_dead, "retry": retry, "cancel": cancel}.items():
        subparser = verbs.add_parser(name, help=verb.__doc__)
        if verb is not list_dead:
            subparser.add_argument("job_id")
        subparser.set_defaults(run=verb)
