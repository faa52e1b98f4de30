"""Judges what is claimed by the figures: holds, holds only when, does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from decision.engine import load_matrix
from decision.evidence.results import Figure

Claim = dict[str, Any]

FILE = Path(__file__).with_name("claims.yml")
VERDICTS = ("holds", "holds only when", "does not hold")


@cache
def load() -> list[Claim]:
    claims: list[Claim] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return claims


def cited() -> list[str]:
    """Return the figures that the claims and the matrix name."""
    names = [case["figure"] for claim in load() for case in claim["cases"]]
    return [*names, *(cell["figure"] for cell in cells() if "figure" in cell)]


def cells() -> Iterator[dict[str, Any]]:
    """Everything in the matrix that has a `because` and may name a figure."""
    matrix = load_matrix()
    for spec in matrix["criteria"].values():
        if "figure" in spec:  # of its weight
            yield {"because": spec["weight_because"], "figure": spec["figure"]}
        for level in spec["levels"].values():
            yield from (level[name] for name in matrix["frameworks"] if name in level)
    yield from matrix["knock_outs"]


def passes(case: Mapping[str, Any], figure: Figure) -> bool:
    value = figure["median"]
    return bool(case.get("at_least", value) <= value <= case.get("at_most", value))


def verdict(claim: Claim, figures: Mapping[str, Figure]) -> str:
    passed = [passes(case, figures[case["figure"]]) for case in claim["cases"]]
    return VERDICTS[0 if all(passed) else 1 if any(passed) else 2]


def cases(claim: Claim, figures: Mapping[str, Figure], *, passed: bool) -> list[Mapping[str, Any]]:
    return [case for case in claim["cases"] if passes(case, figures[case["figure"]]) == passed]
