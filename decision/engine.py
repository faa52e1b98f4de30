"""The decision in Python: renders the same macros, in the same order, as Copier does."""

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
    """An answer or a weight that the matrix does not allow."""


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
    return Environment(  # the options of _envops in copier.yml
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
    """Return the decision; criteria without an answer count as `unsure`."""
    matrix = matrix or load_matrix()
    _check_answers(answers, matrix)
    check_weights(weights or {}, matrix)
    weights = {**default_weights(matrix), **(weights or {})}
    if not any(weights.values()):
        raise InvalidAnswer("Every weight is 0. Set at least one weight above 0.")
    values: dict[str, Any] = {
        "decision_matrix": matrix,
        "_copier_answers": answers,
        "weights": weights,
    }
    for name, rule in _rules().items():
        values[name] = json.loads(rule.render(values))
    decision: Decision = values["decision"]
    return decision


def _check_answers(answers: Mapping[str, str], matrix: Matrix) -> None:
    criteria = matrix["criteria"]
    for name, level in answers.items():
        if name not in criteria:
            raise InvalidAnswer(f"{name!r} is not a criterion. Use one of {', '.join(criteria)}.")
        levels = list(criteria[name]["levels"])
        if level not in levels:
            raise InvalidAnswer(f"{name} cannot be {level!r}. Use one of {', '.join(levels)}.")


def check_weights(weights: Any, matrix: Matrix) -> None:
    if not isinstance(weights, Mapping):
        raise InvalidAnswer("The weights must map criteria to numbers, such as {team: 5}.")
    for name, weight in weights.items():
        if name not in matrix["criteria"]:
            criteria = ", ".join(matrix["criteria"])
            raise InvalidAnswer(f"{name!r} is not a criterion. Use one of {criteria}.")
        if isinstance(weight, bool) or not isinstance(weight, int) or not 0 <= weight <= 10:
            raise InvalidAnswer(f"The weight of {name} cannot be {weight!r}. Use 0 to 10.")


@cache
def load_macros() -> Any:
    """Return the macros of texts.jinja."""
    return _environment().get_template("decision/texts.jinja").module


def render_macro(macro: str, *args: Any) -> str:
    """Return the text of a macro that takes the matrix first, such as `rationale`."""
    return str(getattr(load_macros(), macro)(load_matrix(), *args)).strip()


def every_answer() -> Iterator[dict[str, str]]:
    """Yield every combination of one level per criterion."""
    criteria = load_matrix()["criteria"]
    for levels in product(*(spec["levels"] for spec in criteria.values())):
        yield dict(zip(criteria, levels, strict=True))
