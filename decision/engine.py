"""The decision from Python: loads the matrix and renders the very macros that Copier renders."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

ROOT = Path(__file__).resolve().parent.parent

Matrix = Mapping[str, Any]
Decision = dict[str, Any]


class InvalidAnswer(ValueError):
    """An answer or a weight that the matrix has no place for; its text is one sentence."""


@cache
def load_matrix() -> Matrix:
    matrix: Matrix = yaml.safe_load((ROOT / "decision/matrix.yml").read_text(encoding="utf-8"))
    return matrix


@cache
def load_questions() -> dict[str, dict[str, Any]]:
    """Return the questions and the computed values of copier.yml, in its order."""
    config = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    return {name: spec for name, spec in config.items() if not name.startswith("_")}


@cache
def _environment() -> Environment:
    return Environment(  # the same switches as _envops in copier.yml
        loader=FileSystemLoader(ROOT),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _rules() -> dict[str, Template]:
    """Return the computed values that make up the decision; each takes those before it."""
    return {
        name: _environment().from_string(spec["default"])
        for name, spec in load_questions().items()
        if spec.get("when") is False and "decision/engine.jinja" in spec["default"]
    }


def default_weights(matrix: Matrix | None = None) -> dict[str, int]:
    return {name: spec["weight"] for name, spec in (matrix or load_matrix())["criteria"].items()}


def decide(
    answers: Mapping[str, str],
    weights: Mapping[str, int] | None = None,
    matrix: Matrix | None = None,
) -> Decision:
    """Decide from what is known; criteria that `answers` leaves out count as `unsure`."""
    matrix = matrix or load_matrix()
    _check_answers(answers, matrix)
    check_weights(weights or {}, matrix)
    weighed = {**default_weights(matrix), **(weights or {})}
    if not any(weighed.values()):
        raise InvalidAnswer("Every weight is 0: at least one must count.")
    values = {"decision_matrix": matrix, "_copier_answers": answers, "weights": weighed}
    for name, rule in _rules().items():
        values[name] = json.loads(rule.render(values))
    decision: Decision = values["decision"]
    return decision


def _check_answers(answers: Mapping[str, str], matrix: Matrix) -> None:
    criteria = matrix["criteria"]
    for name, level in answers.items():
        if name not in criteria:
            raise InvalidAnswer(f"{name!r} is not a criterion: it is one of {', '.join(criteria)}.")
        levels = list(criteria[name]["levels"])
        if level not in levels:
            raise InvalidAnswer(f"{name} cannot be {level!r}: it is one of {', '.join(levels)}.")


def check_weights(weights: Any, matrix: Matrix) -> None:
    if not isinstance(weights, Mapping):
        raise InvalidAnswer("The weights must map criteria to numbers, such as {team: 5}.")
    for name, weight in weights.items():
        if name not in matrix["criteria"]:
            known = ", ".join(matrix["criteria"])
            raise InvalidAnswer(f"{name!r} has no weight: the criteria are {known}.")
        if isinstance(weight, bool) or not isinstance(weight, int) or not 0 <= weight <= 10:
            raise InvalidAnswer(f"The weight of {name} cannot be {weight!r}: it is 0 to 10.")


def say(macro: str, *args: Any) -> str:
    """The text of one of the engine's macros: verdict, rationale, score_line, flip, labels."""
    macros = _environment().get_template("decision/texts.jinja").module
    return str(getattr(macros, macro)(load_matrix(), *args)).strip()


def every_answer() -> Iterator[dict[str, str]]:
    """The whole space: each combination of one level per criterion."""
    criteria = load_matrix()["criteria"]
    for levels in product(*(spec["levels"] for spec in criteria.values())):
        yield dict(zip(criteria, levels, strict=True))
