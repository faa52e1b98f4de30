"""The texts of copier.yml fit a terminal of 80 columns."""

from typing import Any

import pytest
import yaml

from decision.answers import questions
from decision.engine import ROOT
from tests.matrix.choices import CLASHES
from tests.questionnaire.terminal import COLUMNS

CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
MESSAGES = [name for name in CONFIG if name.startswith("_message_")]
QUESTIONS = {name: spec for name, spec in questions().items() if "{" not in spec.get("help", "{")}


def too_wide(lines: list[str], width: int) -> list[str]:
    return [line for line in lines if len(line) > width]


@pytest.mark.parametrize("name", MESSAGES)
def test_message_fits(name: str) -> None:
    lines = [line for line in CONFIG[name].splitlines() if "{" not in line]
    assert lines and too_wide(lines, COLUMNS) == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_fits(name: str) -> None:
    question, *others = QUESTIONS[name]["help"].splitlines()
    assert too_wide([f"🎤  {question}"], COLUMNS) == too_wide(others, COLUMNS) == []


def test_choices_fit_with_the_reason_why_they_are_disabled() -> None:
    reasons = {clash[:2]: reason for clash, reason in CLASHES.items()}
    lines = [
        f"   - {label} ({reasons.get((name, spec['value'] if isinstance(spec, dict) else spec))})"
        for name, question in QUESTIONS.items()
        for label, spec in question.get("choices", {}).items()
    ]
    assert lines and too_wide(lines, COLUMNS) == []
