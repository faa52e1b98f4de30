"""Answers from flags and files, checked; and answers into a file that Copier takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from decision.engine import ROOT, InvalidAnswer, default_weights, load_matrix


def questions() -> dict[str, dict[str, Any]]:
    """What copier.yml asks, by name, in its order; computed values left out."""
    config = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    return {
        name: spec
        for name, spec in config.items()
        if not name.startswith("_") and spec.get("when") is not False
    }


def read(path: Path) -> dict[str, Any]:
    """Read a YAML or JSON file of answers; a project's own .copier-answers.yml is one."""
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
            raise InvalidAnswer(f"{path} answers {name!r}, which is no question.")
    return {name: _unquoted_no(name, value) for name, value in answers.items()}


def _unquoted_no(name: str, value: Any) -> Any:
    """YAML reads an unquoted `no` as false; as a level it is meant as the word."""
    levels = load_matrix()["criteria"].get(name, {}).get("levels", ())
    return "no" if value is False and "no" in levels else value


def weights(pairs: Iterable[str]) -> dict[str, int]:
    """`["team=5"]` -> `{"team": 5}`."""
    given: dict[str, int] = {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        if name not in default_weights():
            known = ", ".join(default_weights())
            raise InvalidAnswer(f"{name!r} has no weight: the criteria are {known}.")
        if not number.isascii() or not number.isdigit() or int(number) > 10:
            raise InvalidAnswer(f"The weight of {name} cannot be {number!r}: it is 0 to 10.")
        given[name] = int(number)
    return given


def check_framework(name: str) -> str:
    known = list(load_matrix()["frameworks"])
    if name not in known:
        raise InvalidAnswer(f"framework cannot be {name!r}: it is one of {', '.join(known)}.")
    return name


def write(path: Path, answers: Mapping[str, Any]) -> None:
    """Write a file for `copier copy --data-file`; an existing one is never overwritten."""
    header = f"# copier copy --data-file {path.name} <template> <folder>\n"
    body = yaml.safe_dump(dict(answers), sort_keys=False, allow_unicode=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(header + body)
    except OSError as error:
        raise InvalidAnswer(f"{path} cannot be written: {error.strerror}.") from error
