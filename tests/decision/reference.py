"""The rules of the decision once more, in plain Python: the oracle that the engine must match.

Written from the words in matrix.yml, not from engine.jinja; it reads the numbers and nothing else.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

Answers = Mapping[str, str]


class Outcome(NamedTuple):
    winner: str
    scores: dict[str, float]
    left: list[str]
    margin: float | None
    band: str
    tied: bool


def ruled_out(answers: Answers) -> set[str]:
    """The knock-outs, as the questionnaire's design words them."""
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
    """Weighted points of each framework, and the most that the known answers allow."""
    points = dict.fromkeys(matrix["frameworks"], 0)
    most = 0
    for criterion, level in answers.items():
        if level == "unsure":
            continue
        most += 5 * weights[criterion]
        for name in points:
            cell = matrix["criteria"][criterion]["levels"][level][name]
            points[name] += weights[criterion] * cell["points"]
    return points, most


def break_tie(tied: list[str], answers: Answers) -> str:
    fair = [name for name in tied if name != "hybrid"]
    if len(fair) == 1:
        return fair[0]
    by_team = {"flask": "flask", "async": "fastapi"}.get(answers["team"])
    by_interface = {"api": "fastapi", "realtime": "fastapi", "pages": "flask"}.get(
        answers["interface"]
    )
    return by_team or by_interface or "fastapi"


def decide(matrix: Mapping[str, Any], answers: Answers, weights: Mapping[str, int]) -> Outcome:
    points, most = totals(matrix, answers, weights)
    scores = {name: round(100 * p / most, 1) if most else 50.0 for name, p in points.items()}
    left = [name for name in points if name not in ruled_out(answers)]
    if len(left) == 1:
        return Outcome(left[0], scores, left, None, "clear", False)
    top = max(points[name] for name in left)
    gaps = {name: round(100 * (top - points[name]) / most, 1) if most else 0.0 for name in left}
    tied = [name for name in left if gaps[name] < 5]
    margin = sorted(gaps.values())[1]
    if len(tied) > 1:
        return Outcome(break_tie(tied, answers), scores, left, margin, "tie", True)
    band = "clear" if margin >= 15 else "slight"
    return Outcome(tied[0], scores, left, margin, band, False)


def confidence(matrix: Mapping[str, Any], answers: Answers, weights: Mapping[str, int]) -> str:
    known = [criterion for criterion, level in answers.items() if level != "unsure"]
    share = sum(weights[criterion] for criterion in known) / sum(weights.values())
    contradiction = answers["serverless"] == "wsgi_host" and answers["interface"] == "realtime"
    sure = {"clear": 2, "slight": 1, "tie": 0}[decide(matrix, answers, weights).band]
    if contradiction or round(share, 3) < 0.5:
        sure -= 2
    elif len(known) < len(answers):
        sure -= 1
    return ("low", "medium", "high")[max(sure, 0)]
