"""The decision as a page for an 80-column terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from decision.engine import Decision, load_matrix, render_macro


def explain(decision: Decision) -> str:
    """Return the scores, the knock-outs, the reasons and the flips as text."""
    matrix = load_matrix()
    lines = [*_wrap(render_macro("verdict", decision), indent=""), ""]
    lines += [render_macro("score_line", decision, name) for name in matrix["frameworks"]]
    for title, mark, sentences in _sections(decision):
        if sentences:
            lines += ["", title]
            lines += [line for text in sentences for line in _wrap(text, indent=f"  {mark} ")]
    return "\n".join(lines)


def explain_override(decision: Decision, chosen: str) -> str:
    """Compare a choice with the recommendation that it overrides, in one sentence."""
    frameworks, scores = load_matrix()["frameworks"], decision["scores"]
    best = decision["recommendation"]
    ruled_out = " although it is ruled out" if chosen in decision["knocked_out"] else ""
    choice = f"You chose {frameworks[chosen]['label']}{ruled_out}"
    recommended = f"{frameworks[best]['label']} is recommended"
    if not decision["known_share"]:
        return f"{choice}; {recommended} by default."
    return f"{choice} ({scores[chosen]} of 100 points); {recommended} ({scores[best]})."


def _sections(decision: Decision) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the title, the mark and the sentences of each section."""
    matrix = load_matrix()
    yield "Conflict between the answers", "!", _optional(decision["conflict"])
    yield (
        "Ruled out",
        "x",
        [
            f"{matrix['frameworks'][name]['label']}: {sentence}"
            for name, sentences in decision["knocked_out"].items()
            for sentence in sentences
        ],
    )
    yield (
        "For the recommendation",
        "+",
        [render_macro("reason", row) for row in decision["reasons"]],
    )
    yield (
        "Against the recommendation",
        "-",
        [render_macro("reason", row) for row in decision["against"]],
    )
    yield "Tie rule", "=", _optional(decision["tie_break"])
    flips = decision["flips"][: matrix["shown"]["document_flips"]]
    yield "What would change the recommendation", "~", [render_macro("flip", row) for row in flips]
    yield "Answers without effect", ".", _optional(render_macro("labels", decision["no_effect"]))
    yield "Unknown, without any weight", "?", _optional(render_macro("labels", decision["unsure"]))


def _optional(text: str | None) -> list[str]:
    return [text] if text else []


def _wrap(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, width=80, initial_indent=indent, subsequent_indent=" " * len(indent))
