"""Reads answers from flags and files, and writes them to a file for Copier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from decision.engine import InvalidAnswer, check_weights, load_matrix, load_questions


def questions() -> dict[str, dict[str, Any]]:
    """Return the questions of copier.yml by name, without the computed values."""
    return {name: spec for name, spec in load_questions().items() if spec.get("when") is not False}


def read(path: Path) -> dict[str, Any]:
    """Read answers from a YAML or JSON file, such as a project's .copier-answers.yml."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidAnswer(f"{path} cannot be read: {error}.") from error
    except yaml.YAMLError as error:
        raise InvalidAnswer(f"{path} is neither YAML nor JSON.") from error
    if not isinstance(content, dict):
        raise InvalidAnswer(f"{path} must map questions to answers, such as `team: flask`.")
    answers = {name: value for name, value in content.items() if not str(name).startswith("_")}
    for name in answers:
        if name not in questions():
            raise InvalidAnswer(f"{path} has an answer to {name!r}, which is not a question.")
    return {name: _unquoted_no(name, value) for name, value in answers.items()}


def _unquoted_no(name: str, value: Any) -> Any:
    """Turn false back into the level `no`: YAML reads an unquoted `no` as false."""
    levels = load_matrix()["criteria"].get(name, {}).get("levels", ())
    return "no" if value is False and "no" in levels else value


def parse_weights(pairs: Iterable[str]) -> dict[str, int]:
    """Return weights from flags: `["team=5"]` becomes `{"team": 5}`."""
    weights: dict[str, Any] = {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        weights[name] = int(number) if re.fullmatch("[0-9]+", number) else number
    check_weights(weights, load_matrix())
    return weights


def check_framework(name: Any) -> None:
    frameworks = list(load_matrix()["frameworks"])
    if name not in frameworks:
        raise InvalidAnswer(f"framework cannot be {name!r}. Use one of {', '.join(frameworks)}.")


def write(path: Path, answers: Mapping[str, Any]) -> None:
    """Write a file for `copier copy --data-file`; never overwrite one."""
    header = f"# copier copy --data-file {path.name} <template> <folder>\n"
    body = yaml.safe_dump(dict(answers), sort_keys=False, allow_unicode=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(header + body)
    except OSError as error:
        raise InvalidAnswer(f"{path} cannot be written: {error.strerror}.") from error
