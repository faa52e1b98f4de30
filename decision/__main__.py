"""Recommend FastAPI, Flask or a hybrid of both, and say why.

Asks in a terminal what the flags and files leave open, explains the result, and if asked to
writes the answers for Copier or goes on to render the project.
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
        sys.stdout.reconfigure(errors="replace")  # a console without block characters
    options = _parser().parse_args(argv)
    try:
        return _run(options)
    except InvalidAnswer as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read the output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    known = _known(options)
    _check_targets(options)
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty() and not options.defaults
    levels = {name: known[name] for name in load_matrix()["criteria"] if name in known}
    weights = known.get("weights", {})
    decide(levels, weights)  # refuses bad answers before the first question
    if at_terminal:
        levels |= ask.criteria(levels)
        weights = weights or ask.weights()
    elif not options.defaults:
        _refuse_gaps(levels)
    decision = decide(levels, weights)
    if not options.json:
        print(explain.explain(decision))
    chosen = known.get("framework") or _chosen(decision, at_terminal and not options.json)
    if chosen != decision["recommendation"]:
        print(explain.override(decision, chosen), file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps({**decision, "framework": chosen}, indent=2, ensure_ascii=False))
    return _go_on(options, at_terminal, {**known, **_as_answers(levels, weights, chosen)})


def _known(options: argparse.Namespace) -> dict[str, Any]:
    """The answers of the file, then those of the flags over them."""
    known = answers.read(options.answers) if options.answers else {}
    if not known.pop("tune_weights", True):
        known.pop("weights", None)
    flags = {name: getattr(options, name) for name in (*load_matrix()["criteria"], "framework")}
    known |= {name: value for name, value in flags.items() if value is not None}
    if options.weight:
        check_weights(known.get("weights", {}), load_matrix())
        known["weights"] = {**known.get("weights", {}), **answers.weights(options.weight)}
    if options.project_name is not None:
        known["project_name"] = options.project_name
    if "framework" in known:
        answers.check_framework(known["framework"])
    return known


def _check_targets(options: argparse.Namespace) -> None:
    """Say before the first question that the last step would fail."""
    if options.write and options.write.exists():
        raise InvalidAnswer(f"{options.write} exists already: name another file, or remove it.")
    if (
        options.into
        and options.into.exists()
        and (not options.into.is_dir() or any(options.into.iterdir()))
    ):
        raise InvalidAnswer(f"{options.into} is not empty: name a folder to be made.")


def _refuse_gaps(levels: dict[str, str]) -> None:
    missing = [
        f"--{name.replace('_', '-')}" for name in load_matrix()["criteria"] if name not in levels
    ]
    if missing:
        raise InvalidAnswer(
            f"No terminal to ask in, and no answer to {', '.join(missing)}: give them, or add "
            "--defaults to count them as not known."
        )


def _chosen(decision: dict[str, Any], asks: bool) -> str:
    if not asks:
        return str(decision["recommendation"])
    print()
    return ask.framework(decision)


def _as_answers(levels: dict[str, str], weights: dict[str, int], chosen: str) -> dict[str, Any]:
    """The answers under the names and in the order of copier.yml."""
    given = {name: levels.get(name, "unsure") for name in load_matrix()["criteria"]}
    tuned: dict[str, Any] = {"tune_weights": bool(weights)}
    if weights:
        tuned["weights"] = {**default_weights(), **weights}
    return {**given, **tuned, "framework": chosen}


def _go_on(options: argparse.Namespace, at_terminal: bool, data: dict[str, Any]) -> int:
    if options.into and at_terminal and "project_name" not in data:
        data["project_name"] = ask.project_name(options.into.resolve().name)
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
        "--defaults", action="store_true", help="ask nothing: the rest is not known"
    )
    result = parser.add_argument_group("result")
    result.add_argument("--json", action="store_true", help="print the decision as JSON")
    result.add_argument("--write", type=Path, metavar="FILE", help="for copier copy --data-file")
    result.add_argument("--into", type=Path, metavar="DIR", help="render the project there")
    result.add_argument("--project-name", metavar="NAME", help="with --into")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
