"""A second implementation of the rules, in plain Python, which the engine must match.

It follows the descriptions in matrix.yml and reads only the numbers from it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

Answers = Mapping[str, str]


class Outcome(NamedTuple):
    winner: str
    scores: dict[str, float]
    allowed: list[str]
    margin: float | None
    band: str


def ruled_out(answers: Answers) -> set[str]:
    """Return the frameworks that the knock-outs remove."""
    out = set()
    wsgi, mount = answers["serverless"] == "wsgi_host", answers["legacy"] == "flask_mount"
    if wsgi:
        out |= {"fastapi", "hybrid"}
    if mount:
        out.add("fastapi")
    else:
        out.add("hybrid")
    if answers["interface"] == "realtime" and not wsgi:
        out.add("flask")
    return out


def totals(
    matrix: Mapping[str, Any], answers: Answers, weights: Mapping[str, int]
) -> tuple[dict[str, int], int]:
    """Return the weighted points of each framework, and the maximum for these answers."""
    points = dict.fromkeys(matrix["frameworks"], 0)
    maximum = 0
    for criterion, level in answers.items():
        if level == "unsure":
            continue
        maximum += 5 * weights[criterion]
        for name in points:
            cell = matrix["criteria"][criterion]["levels"][level][name]
            points[name] += weights[criterion] * cell["points"]
    return points, maximum


def break_tie(tied: list[str], answers: Answers) -> str:
    candidates = [name for name in tied if name != "hybrid"]
    if len(candidates) == 1:
        return candidates[0]
    by_team = {"flask": "flask", "async": "fastapi"}.get(answers["team"])
    by_interface = {"api": "fastapi", "realtime": "fastapi", "pages": "flask"}.get(
        answers["interface"]
    )
    return by_team or by_interface or "fastapi"


def decide(matrix: Mapping[str, Any], answers: Answers, weights: Mapping[str, int]) -> Outcome:
    points, maximum = totals(matrix, answers, weights)
    scores = {name: round(100 * p / maximum, 1) if maximum else 50.0 for name, p in points.items()}
    allowed = [name for name in points if name not in ruled_out(answers)]
    if len(allowed) == 1:
        return Outcome(allowed[0], scores, allowed, None, "clear")
    top = max(points[name] for name in allowed)
    gaps = {
        name: round(100 * (top - points[name]) / maximum, 1) if maximum else 0.0 for name in allowed
    }
    tied = [name for name in allowed if gaps[name] < 5]
    margin = sorted(gaps.values())[1]
    if len(tied) > 1:
        return Outcome(break_tie(tied, answers), scores, allowed, margin, "tie")
    band = "clear" if margin >= 15 else "slight"
    return Outcome(tied[0], scores, allowed, margin, band)


def confidence(matrix: Mapping[str, Any], answers: Answers, weights: Mapping[str, int]) -> str:
    known = [criterion for criterion, level in answers.items() if level != "unsure"]
    share = sum(weights[criterion] for criterion in known) / sum(weights.values())
    conflict = answers["serverless"] == "wsgi_host" and answers["interface"] == "realtime"
    certainty = {"clear": 2, "slight": 1, "tie": 0}[decide(matrix, answers, weights).band]
    if conflict or round(share, 3) < 0.5:
        certainty -= 2
    elif len(known) < len(answers):
        certainty -= 1
    return ("low", "medium", "high")[max(certainty, 0)]
