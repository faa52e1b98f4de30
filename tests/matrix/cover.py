"""Few shapes that have every pair of answers, and every triple of framework, database and auth."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from tests.matrix.choices import CHOICES, Answers

# The questions whose answers are tried in all combinations.
WHOLE = ("framework", "database", "auth")

Goal = frozenset[tuple[str, Any]]


def pairs(answers: Answers) -> set[Goal]:
    """Return the pairs of answers; each place to deploy counts as a question with yes or no."""
    items = [(name, answer) for name, answer in answers.items() if name != "deploy"]
    if "deploy" in answers:
        items += [(place, place in answers["deploy"]) for place in CHOICES["deploy"]]
    return {frozenset(pair) for pair in combinations(items, 2)}


def triple(answers: Answers) -> Goal:
    return frozenset((name, answers[name]) for name in WHOLE)


def cover(shapes: Sequence[Answers], kept: Iterable[Answers] = ()) -> list[Answers]:
    """Return `kept`, and after them few others that bring all goals; always the same ones."""
    chosen = list(kept)
    each = [(shape, triple(shape), pairs(shape)) for shape in shapes]
    triples = {found for _, found, _ in each} - {triple(shape) for shape in chosen}
    missing = set[Goal]().union(*(found for _, _, found in each))
    missing -= set[Goal]().union(*(pairs(shape) for shape in chosen))
    while triples or missing:
        # A new triple first: each has to come once, and brings its pairs along.
        best = max(each, key=lambda one: (one[1] in triples, len(one[2] & missing)))
        chosen.append(best[0])
        triples -= {best[1]}
        missing -= best[2]
    return chosen
