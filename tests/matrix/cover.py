"""Few shapes that have every pair of answers there is, and every triple of the first three.

All shapes are known, so the next one is picked among them: the one with most of what is missing. Of
a question with several answers, each choice counts as taken or left.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from tests.matrix.space import Answers, Shape

# What differs most in a project is tried in all combinations.
WHOLE = ("framework", "database", "auth")

Item = tuple[str, Any]
Goal = frozenset[Item]


def goals(shapes: Sequence[Shape]) -> list[set[Goal]]:
    """Return the pairs that each of the shapes has, and its triple of `WHOLE`."""
    choices = sorted({item for shape in shapes for item in _taken(shape.answers)})
    return [_goals(shape.answers, choices) for shape in shapes]


def _goals(answers: Answers, choices: list[Item]) -> set[Goal]:
    taken = _taken(answers)
    items = [(name, answer) for name, answer in answers.items() if not isinstance(answer, tuple)]
    items += [(f"{of}: {choice}", (of, choice) in taken) for of, choice in choices if of in answers]
    pairs = {frozenset(pair) for pair in combinations(items, 2)}
    return pairs | {frozenset((name, answers[name]) for name in WHOLE)}


def _taken(answers: Answers) -> set[Item]:
    several = {name: answer for name, answer in answers.items() if isinstance(answer, tuple)}
    return {(name, choice) for name, answer in several.items() for choice in answer}


def cover(shapes: Sequence[Shape], kept: Iterable[Shape] = ()) -> list[Shape]:
    """Return `kept`, and after them as few others as bring all goals; always the same ones."""
    chosen = list(kept)
    each = list(zip(shapes, goals(shapes), strict=True))
    missing = set[Goal]().union(*(found for _, found in each))
    missing -= set[Goal]().union(*(found for shape, found in each if shape in chosen))
    while missing:
        each = [(shape, left) for shape, found in each if (left := found & missing)]
        # With as many of them, the earlier one: it is nearer to what is proposed.
        shape, found = max(each, key=lambda one: len(one[1]))
        chosen.append(shape)
        missing -= found
    return chosen
