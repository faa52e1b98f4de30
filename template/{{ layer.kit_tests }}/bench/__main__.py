"""Measures, prints a table, and with `--gate` fails where a figure is worse than it may be."""

import argparse
import json
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from . import report, rounds
from .load import BenchError
from .processes import ROOT

Number = TypeVar("Number", int, float)


def between(least: Number, most: Number) -> Callable[[str], Number]:
    """Return what reads an option that is a number, of the kind of `least`, up to `most`."""

    def read(text: str) -> Number:
        try:
            value = type(least)(text)
        except ValueError:
            value = most + 1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least} to {most}")
        return value

    return read


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="poe bench", description=rounds.__doc__)
    parser.add_argument("--rounds", type=between(1, 100), default=5)
    parser.add_argument("--seconds", type=between(0.1, 600.0), default=3.0, help="of each load")
    parser.add_argument("--connections", type=between(1, 500), default=16)
    parser.add_argument("--gate", action="store_true", help="fail by the ratios of [tool.bench]")
    parser.add_argument("--json", action="store_true", help="print figures instead of a table")
    return parser.parse_args()


def main() -> int:
    plan = options()
    try:
        limits = report.allowed(_settings()) if plan.gate else {}
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
            asked = rounds.Plan(plan.rounds, plan.seconds, plan.connections)
            measured = rounds.measured(asked, Path(folder))
    except BenchError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    except ValidationError as error:  # What the environment sets does not fit the project.
        wrong = error.errors()[0]
        sys.stderr.write(f"{'.'.join(map(str, wrong['loc'])).upper()}: {wrong['msg']}.\n")
        return 1
    found = report.compared(measured.rounds)
    sys.stdout.write(f"{_json(found) if plan.json else report.table(found)}\n")
    sys.stderr.write(f"\n{measured.notes}\n")
    worse = report.regressions(found, limits)
    sys.stderr.write("".join(f"{sentence}\n" for sentence in worse))
    return 1 if worse else 0


def _settings() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: dict[str, Any] = tomllib.load(file).get("tool", {}).get("bench", {})
    if not found:
        raise BenchError("The gate needs ratios: [tool.bench] in pyproject.toml is empty.")
    return found


def _json(found: list[report.Compared]) -> str:
    return json.dumps(
        {
            each.figure.name: {"project": each.project, "bare": each.bare, "ratio": each.ratio}
            for each in found
        }
    )


if __name__ == "__main__":
    sys.exit(main())
