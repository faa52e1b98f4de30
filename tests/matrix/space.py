"""Every combination of answers that shapes a project, as Copier itself lets them be given.

The questions are gone through in their order. Whether one is asked, and which of its choices are
open after the answers before it, is what Copier says; so a question or a choice that is added to
`copier.yml` is in here by that.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from copier._types import MISSING
from copier._user_data import Question

from decision.engine import load_matrix
from tests.conftest import ROOT, fast_copier
from tests.matrix.memory import Renderer

CRITERIA = {name: tuple(spec["levels"]) for name, spec in load_matrix()["criteria"].items()}
# What leads to a framework: it is told in the documents of a project, and shapes nothing else.
EXPLAINS = {*CRITERIA, "tune_weights", "weights"}
# What is free text. Where its kind matters, it has a second value, and that value a name.
TEXTS: dict[str, dict[str, str]] = {
    "project_name": {},
    "project_slug": {},
    "package_name": {},
    "description": {},
    "legacy_app": {"adopting": "orders_api.shop:create_app()"},
}

# Lists are tuples here, so that answers can be compared and counted.
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """The answers that shape a project, and those of them that are not what was proposed."""

    answers: Answers
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Refusal:
    """What cannot be answered after other answers, and why."""

    question: str
    choice: Any
    because: str
    after: Answers


@dataclass
class Space:
    """All shapes there are, in the order of the choices, and all that was refused on the way."""

    shapes: list[Shape] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


@cache
def space() -> Space:
    """Return the space of this repository's own questions."""
    with tempfile.TemporaryDirectory() as folder:
        return walk(questions_of(ROOT, Path(folder)))


def questions_of(repository: Path, folder: Path) -> Path:
    """Copy what Copier needs to ask: from the repository itself it would take the latest tag."""
    shutil.copy(repository / "copier.yml", folder)
    shutil.copytree(repository / "decision", folder / "decision", dirs_exist_ok=True)
    (folder / "template").mkdir(exist_ok=True)
    return folder


def walk(template: Path, criteria: Answers | None = None) -> Space:
    """Give every answer after every other one; the criteria stay as they are given, or unsure."""
    found = Space()
    with fast_copier():
        _Walk(template, criteria or {}, found).go(0, {}, {}, Shape({}))
    return found


class _Walk:
    def __init__(self, template: Path, criteria: Answers, found: Space) -> None:
        self._asker = Renderer(template).asker()
        self._criteria = criteria
        self._found = found
        questions = self._asker.template.questions_data
        asked = [name for name, spec in questions.items() if spec.get("when") is not False]
        # What is computed after the last question is asked of nobody.
        last = [*questions].index(asked[-1])
        self._questions = [*questions.items()][: last + 1]

    def go(self, at: int, known: Answers, asked: Answers, shape: Shape) -> None:
        if at == len(self._questions):
            self._found.shapes.append(shape)
            return
        name, spec = self._questions[at]
        question = self._asker.question(name, spec, known, asked)
        applies = question.get_when()
        proposed = self._criteria.get(name) or question.get_default()
        for answer, word in self._answers(question, shape, applies, proposed):
            more = {} if answer is MISSING else {name: answer}
            self.go(
                at + 1,
                {**known, **more},
                {**asked, **more} if applies else asked,
                self._shaped(shape, name, answer, word) if applies else shape,
            )

    def _answers(
        self, question: Question, shape: Shape, applies: bool, proposed: Any
    ) -> Iterator[tuple[Any, str | None]]:
        """Yield what can be answered, each with the word for it: none if it shapes nothing."""
        name = question.var_name
        kinds = TEXTS.get(name, {})
        if name in EXPLAINS or question.when is False or TEXTS.get(name) == {}:
            yield proposed, None
            return
        if not (kinds or question.choices or question.type == "bool"):
            raise LookupError(f"{name} is free text: TEXTS has to say what is answered.")
        choices = question._formatted_choices
        for choice in choices:
            if choice.disabled:
                refusal = Refusal(name, choice.value, choice.disabled, shape.answers)
                self._found.refusals.append(refusal)
        if not applies:
            yield proposed, None
            return
        answers: list[Any] = [choice.value for choice in choices if not choice.disabled]
        if question.multiselect:
            answers = [
                list(some)
                for size in range(len(answers) + 1)
                for some in combinations(answers, size)
            ]
        elif not choices:
            answers = [False, True] if question.type == "bool" else [proposed, *kinds.values()]
        names = {value: word for word, value in kinds.items()}
        for answer in answers:
            usual = answer == proposed
            yield answer, "" if usual else names.get(str(answer)) or _word(name, answer)

    @staticmethod
    def _shaped(shape: Shape, name: str, answer: Any, word: str | None) -> Shape:
        if word is None:
            return shape
        kept = tuple(answer) if isinstance(answer, list) else answer
        return Shape({**shape.answers, name: kept}, (*shape.words, (name, word)))


def _word(question: str, answer: Any) -> str:
    if isinstance(answer, bool):
        return question if answer else f"no_{question}"
    if isinstance(answer, list):
        return "+".join(answer) or f"no_{question}"
    return f"{question}_none" if answer == "none" else str(answer)


def data(answers: Answers) -> dict[str, Any]:
    """Return the answers as Copier takes them."""
    return {
        name: list(answer) if isinstance(answer, tuple) else answer
        for name, answer in answers.items()
    }


Clash = tuple[str, Any, str, Any]


def clashes(found: Space) -> dict[Clash, str]:
    """Return each choice and answer that cannot go together, with the reason that Copier gives.

    A choice may be refused after many combinations: it is refused because of an answer if it is
    refused wherever that answer was given.
    """
    return {
        (refusal.question, refusal.choice, name, answer): refusal.because
        for refusal in found.refusals
        for name, answer in refusal.after.items()
        if not TEXTS.get(name)
        and not any(_both(shape, (name, answer), refusal) for shape in found.shapes)
    }


def clashes_with(criterion: str, level: str, found: Space) -> dict[Clash, str]:
    """Return what is refused with this level of a criterion, and not without it."""
    usual = {(refusal.question, refusal.choice, refusal.because) for refusal in space().refusals}
    return {
        (refusal.question, refusal.choice, criterion, level): refusal.because
        for refusal in found.refusals
        if (refusal.question, refusal.choice, refusal.because) not in usual
    }


def _both(shape: Shape, given: tuple[str, Any], refusal: Refusal) -> bool:
    chosen = shape.answers.get(refusal.question, ())
    has = refusal.choice in chosen if isinstance(chosen, tuple) else refusal.choice == chosen
    return has and shape.answers.get(given[0]) == given[1]
