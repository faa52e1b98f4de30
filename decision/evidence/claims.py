"""Judges what is claimed by the figures: holds, holds only when, does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from decision.engine import load_matrix
from decision.evidence.results import Figure, single

Claim = dict[str, Any]

FILE = Path(__file__).with_name("claims.yml")
VERDICTS = ("holds", "holds only when", "does not hold")  # or "not settled", by this run


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


def settled(name: str, figures: Mapping[str, Figure]) -> bool:
    """Whether a figure under load is that of a server at work, and not of connections being opened.

    To open 10,000 takes seconds. Who in that time has neither answered each of them once nor come
    to half the pace that it has with a tenth of them was not measured long enough.
    """
    match = re.fullmatch(r"(\w+)\.(\d+)\.(?:\w+\.)?(\w+)", name)
    if not match or f"{match[1]}.{match[2]}.answered.{match[3].split('_vs_')[0]}" not in figures:
        return True
    workload, connections, subjects = match[1], int(match[2]), match[3].split("_vs_")
    for subject in subjects:
        fewer = figures.get(single(workload, connections // 10, "throughput", subject))
        once = figures[single(workload, connections, "answered", subject)]["median"] >= 1
        pace = figures[single(workload, connections, "throughput", subject)]["median"]
        if fewer and not once and pace <= fewer["median"] / 2:
            return False
    return True


def verdict(claim: Claim, figures: Mapping[str, Figure]) -> str:
    known = [case for case in claim["cases"] if settled(case["figure"], figures)]
    passed = [passes(case, figures[case["figure"]]) for case in known]
    if not known:
        return "not settled"
    return VERDICTS[0 if all(passed) else 1 if any(passed) else 2]


def cases(claim: Claim, figures: Mapping[str, Figure], *, passed: bool) -> list[Mapping[str, Any]]:
    """Return the cases that speak for the claim, or against it; what is not settled does neither."""
    return [
        case
        for case in claim["cases"]
        if settled(case["figure"], figures) and passes(case, figures[case["figure"]]) == passed
    ]
