"""Asks in a terminal, with the questions of copier.yml and matrix.yml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import questionary
import yaml

from decision.answers import questions
from decision.engine import (
    Decision,
    InvalidAnswer,
    check_weights,
    default_weights,
    load_matrix,
    render_macro,
)


def ask_criteria(answers: Mapping[str, str]) -> dict[str, str]:
    """Ask for every criterion without an answer."""
    return {
        name: _select(spec["help"], {level: at["label"] for level, at in spec["levels"].items()})
        or "unsure"  # Alt+Enter closes a list without a choice
        for name, spec in load_matrix()["criteria"].items()
        if name not in answers
    }


def ask_weights() -> dict[str, int]:
    """Ask for other weights; return nothing if the defaults are kept."""
    if not questionary.confirm(_help("tune_weights"), default=False).unsafe_ask():
        return {}
    line = yaml.safe_dump(default_weights(), default_flow_style=True, width=200).strip()
    prompt = questionary.text(_help("weights"), default=line, validate=_check_weights_line)
    weights: dict[str, int] = yaml.safe_load(prompt.unsafe_ask())
    return weights


def ask_framework(decision: Decision) -> str:
    labels = {
        name: render_macro("score_line", decision, name) for name in load_matrix()["frameworks"]
    }
    best: str = decision["recommendation"]
    return _select(f"{render_macro('question')}\n", labels, default=best) or best


def ask_project_name(default: str) -> str:
    answer: str = questionary.text(_help("project_name"), default=default).unsafe_ask()
    return answer


def _select(message: str, labels: Mapping[str, str], default: str = "unsure") -> str:
    choices = [questionary.Choice(label, value) for value, label in labels.items()]
    answer: str = questionary.select(f"{message}  ", choices, default=default).unsafe_ask()
    return answer


def _help(question: str) -> str:
    text: Any = questions()[question]["help"]
    return f"{text}  "


def _check_weights_line(line: str) -> bool | str:
    """Return True, or the reason why the line is refused."""
    try:
        check_weights(yaml.safe_load(line), load_matrix())
    except InvalidAnswer as error:
        return str(error)
    except yaml.YAMLError:
        return "Use one line of names and numbers in braces."
    return True
