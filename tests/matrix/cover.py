"""Few shapes that have every pair of answers, and every triple of framework, database and auth."""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import combinations
from operator import or_
from typing import Any

from tests.matrix.choices import CHOICES, SEVERAL, Answers

# The questions whose answers are tried in all combinations.
WHOLE = ("framework", "database", "auth")

Item = tuple[str, Any]


def items(answers: Answers) -> list[Item]:
    """Return the answers; each choice of several counts as a question with yes or no."""
    found = [(name, answer) for name, answer in answers.items() if name not in SEVERAL]
    for question in SEVERAL:
        if question in answers:
            found += [(choice, choice in answers[question]) for choice in CHOICES[question]]
    return found


def triple(answers: Answers) -> frozenset[Item]:
    return frozenset((name, answers[name]) for name in WHOLE)


class Pairs:
    """Sets of pairs of answers, as the bits of a number: there are thousands of shapes."""

    def __init__(self) -> None:
        self._bits: dict[tuple[Item, Item], int] = {}

    def of(self, answers: Answers) -> int:
        bits = self._bits
        # One order of the items, so that a pair has one bit.
        numbers = [bits.setdefault(pair, len(bits)) for pair in combinations(items(answers), 2)]
        return sum(1 << number for number in numbers)


def cover(shapes: Sequence[Answers], kept: Iterable[Answers] = ()) -> list[Answers]:
    """Return `kept`, and after them few others that bring all goals; always the same ones."""
    chosen = list(kept)
    pairs = Pairs()
    each = [(shape, triple(shape), pairs.of(shape)) for shape in shapes]
    triples = {found for _, found, _ in each} - {triple(shape) for shape in chosen}
    missing = reduce(or_, (found for _, _, found in each))
    for shape in chosen:
        missing &= ~pairs.of(shape)
    while triples or missing:
        # A new triple first: each has to come once, and brings its pairs along.
        best = max(each, key=lambda one: (one[1] in triples, (one[2] & missing).bit_count()))
        chosen.append(best[0])
        triples -= {best[1]}
        missing &= ~best[2]
    return chosen
