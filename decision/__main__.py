"""Recommend FastAPI, Flask or a hybrid of both, and explain why.

Questions without an answer in the flags or in a file are asked in the terminal. The answers can be
written to a file for Copier, or used to render the project.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from decision import answers, ask, explain
from decision.engine import InvalidAnswer, check_weights, decide, default_weights, load_matrix
from decision.render import render


def main(argv: list[str] | None = None) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # for consoles without block characters
    options = _parser().parse_args(argv)
    try:
        return _run(options)
    except InvalidAnswer as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("Cancelled. Nothing was written.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    data = _load_data(options)
    _check_targets(options)
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty() and not options.defaults
    levels = {name: data[name] for name in load_matrix()["criteria"] if name in data}
    weights = data.get("weights", {})
    decide(levels, weights)  # refuse bad answers before the first question
    if at_terminal:
        levels |= ask.ask_criteria(levels)
        weights = weights or ask.ask_weights()
    elif not options.defaults:
        _require_criteria(levels)
    decision = decide(levels, weights)
    if not options.json:
        print(explain.explain(decision))
    interactive = at_terminal and not options.json
    framework = data.get("framework") or _choose_framework(decision, interactive)
    if framework != decision["recommendation"]:
        override = explain.explain_override(decision, framework)
        print(override, file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps({**decision, "framework": framework}, indent=2, ensure_ascii=False))
    return _write_results(options, at_terminal, {**data, **_as_data(levels, weights, framework)})


def _load_data(options: argparse.Namespace) -> dict[str, Any]:
    """Return the answers of the file and of the flags; flags win."""
    data = answers.read(options.answers) if options.answers else {}
    if not data.pop("tune_weights", True):
        data.pop("weights", None)
    flags = {name: getattr(options, name) for name in (*load_matrix()["criteria"], "framework")}
    data |= {name: value for name, value in flags.items() if value is not None}
    if options.weight:
        check_weights(data.get("weights", {}), load_matrix())
        data["weights"] = {**data.get("weights", {}), **answers.parse_weights(options.weight)}
    if options.project_name is not None:
        data["project_name"] = options.project_name
    if "framework" in data:
        answers.check_framework(data["framework"])
    return data


def _check_targets(options: argparse.Namespace) -> None:
    """Fail before the first question if the results cannot be written."""
    if options.write and options.write.exists():
        raise InvalidAnswer(f"{options.write} already exists. Name another file, or remove it.")
    into = options.into
    if into and into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise InvalidAnswer(f"{into} is not empty. Name a new folder.")


def _require_criteria(levels: dict[str, str]) -> None:
    missing = [
        f"--{name.replace('_', '-')}" for name in load_matrix()["criteria"] if name not in levels
    ]
    if missing:
        raise InvalidAnswer(
            f"There is no terminal and no answer for {', '.join(missing)}. Add them, or use "
            "--defaults to leave them unknown."
        )


def _choose_framework(decision: dict[str, Any], interactive: bool) -> str:
    if not interactive:
        return str(decision["recommendation"])
    print()
    return ask.ask_framework(decision)


def _as_data(levels: dict[str, str], weights: dict[str, int], framework: str) -> dict[str, Any]:
    """Return the answers with the names and in the order of copier.yml."""
    criteria = {name: levels.get(name, "unsure") for name in load_matrix()["criteria"]}
    tuning: dict[str, Any] = {"tune_weights": bool(weights)}
    if weights:
        tuning["weights"] = {**default_weights(), **weights}
    return {**criteria, **tuning, "framework": framework}


def _write_results(options: argparse.Namespace, at_terminal: bool, data: dict[str, Any]) -> int:
    if options.into and at_terminal and "project_name" not in data:
        data["project_name"] = ask.ask_project_name(options.into.resolve().name)
    if options.into:
        render(options.into, data)
    if options.write:
        answers.write(options.write, data)
        print(f"Written: {options.write}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m decision",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    levels = parser.add_argument_group("answers")
    for name, spec in load_matrix()["criteria"].items():
        flag = f"--{name.replace('_', '-')}"
        levels.add_argument(flag, metavar="LEVEL", help=", ".join(spec["levels"]))
    levels.add_argument("--weight", action="append", default=[], metavar="CRITERION=0..10")
    levels.add_argument("--framework", metavar="NAME", help=", ".join(load_matrix()["frameworks"]))
    levels.add_argument("--answers", type=Path, metavar="FILE", help="answers in YAML or JSON")
    levels.add_argument(
        "--defaults", action="store_true", help="ask nothing; other answers are unknown"
    )
    result = parser.add_argument_group("result")
    result.add_argument("--json", action="store_true", help="print the decision as JSON")
    result.add_argument(
        "--write", type=Path, metavar="FILE", help="write answers for copier copy --data-file"
    )
    result.add_argument(
        "--into", type=Path, metavar="DIR", help="render the project into this folder"
    )
    result.add_argument("--project-name", metavar="NAME", help="the project's name, with --into")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
