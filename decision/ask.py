"""The questions in a terminal, in the words of copier.yml and matrix.yml."""

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
    say,
)


def criteria(known: Mapping[str, str]) -> dict[str, str]:
    """Ask every criterion that is not known yet."""
    return {
        name: _select(spec["help"], {level: at["label"] for level, at in spec["levels"].items()})
        or "unsure"  # Alt+Enter leaves a list without a choice
        for name, spec in load_matrix()["criteria"].items()
        if name not in known
    }


def weights() -> dict[str, int]:
    """Ask whether the weights should change, and to what."""
    wanted = questionary.confirm(_help("tune_weights"), default=False)
    if not wanted.unsafe_ask():
        return {}
    line = yaml.safe_dump(default_weights(), default_flow_style=True, width=200).strip()
    typed = questionary.text(_help("weights"), default=line, validate=_weights_problem)
    answer: dict[str, int] = yaml.safe_load(typed.unsafe_ask())
    return answer


def framework(decision: Decision) -> str:
    labels = {name: say("score_line", decision, name) for name in load_matrix()["frameworks"]}
    best: str = decision["recommendation"]
    return _select(f"{say('question')}\n", labels, default=best) or best


def project_name(default: str) -> str:
    answer: str = questionary.text(_help("project_name"), default=default).unsafe_ask()
    return answer


def _select(message: str, labels: Mapping[str, str], default: str = "unsure") -> str:
    choices = [questionary.Choice(label, value) for value, label in labels.items()]
    answer: str = questionary.select(f"{message}  ", choices, default=default).unsafe_ask()
    return answer


def _help(question: str) -> str:
    text: Any = questions()[question]["help"]
    return f"{text}  "


def _weights_problem(typed: str) -> bool | str:
    try:
        check_weights(yaml.safe_load(typed), load_matrix())
    except InvalidAnswer as error:
        return str(error)
    except yaml.YAMLError:
        return "Keep it one line of names and numbers in braces."
    return True
