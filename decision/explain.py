"""The decision as a page for an 80-column terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from decision.engine import Decision, load_matrix, say


def explain(decision: Decision) -> str:
    """Everything that speaks for and against: scores, knock-outs, reasons, flips."""
    matrix = load_matrix()
    lines = [*_fold(say("verdict", decision), indent=""), ""]
    lines += [say("score_line", decision, name) for name in matrix["frameworks"]]
    for title, mark, sentences in _sections(decision):
        if sentences:
            lines += ["", title]
            lines += [line for text in sentences for line in _fold(text, indent=f"  {mark} ")]
    return "\n".join(lines)


def override(decision: Decision, chosen: str) -> str:
    """One sentence on a choice that is not the recommendation."""
    frameworks, scores = load_matrix()["frameworks"], decision["scores"]
    best = decision["recommendation"]
    ruled_out = ", though it was ruled out" if chosen in decision["knocked_out"] else ""
    start = f"{frameworks[chosen]['label']} is your choice{ruled_out}"
    if not decision["known_share"]:
        return f"{start}; recommended by default: {frameworks[best]['label']}."
    return (
        f"{start}: {scores[chosen]} of 100, against {scores[best]} for {frameworks[best]['label']}."
    )


def _sections(decision: Decision) -> Iterator[tuple[str, str, list[str]]]:
    """Title, mark and sentences of each part, in reading order."""
    matrix = load_matrix()
    yield "The answers contradict each other", "!", _some(decision["conflict"])
    yield (
        "Ruled out",
        "x",
        [
            f"{matrix['frameworks'][name]['label']}: {sentence}"
            for name, sentences in decision["knocked_out"].items()
            for sentence in sentences
        ],
    )
    yield "For it", "+", [_reason(row) for row in decision["reasons"]]
    yield "Against it", "-", [_reason(row) for row in decision["against"]]
    yield "The tie rule", "=", _some(decision["tie_break"])
    flips = decision["flips"][: matrix["printed"]["record_flips"]]
    yield "What would change it", "~", [say("flip", row) for row in flips]
    yield "Answers without effect", ".", _some(say("labels", decision["no_effect"]))
    yield "Not known, so weighing nothing", "?", _some(say("labels", decision["unsure"]))


def _some(text: str | None) -> list[str]:
    return [text] if text else []


def _reason(row: dict[str, Any]) -> str:
    return f"{load_matrix()['criteria'][row['criterion']]['label']}: {row['because']}"


def _fold(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, width=80, initial_indent=indent, subsequent_indent=" " * len(indent))
