"""The projects that are rendered, installed and booted, so that every pair of answers is.

Each has a name made of its answers: framework, database and auth, then whatever is not what Copier
proposes. `DEEP` are those that have been looked at the longest: each framework, each database and
each auth in more than one of them. They keep their short names.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from tests.conftest import ROOT, answers, fast_copier
from tests.matrix.cover import WHOLE, cover
from tests.matrix.memory import Renderer
from tests.matrix.space import CRITERIA, TEXTS, Answers, Shape, data, questions_of, space

# Names that people give; the least plain one for the project with the most in it.
NAMES = {"fastapi": "Orders API", "flask": "class", "hybrid": "Größe & Söhne's API (2)"}
PLAIN = "Orders API"
# What the names of these do not tell. The suite of a project on PostgreSQL runs on SQLite as well.
DEEP: dict[str, Answers] = {
    "fastapi-postgresql-jwt": {},
    "flask-sqlite-jwt": {"ci": "gitlab"},
    "hybrid-postgresql-jwt": {"ci": "gitlab", "deploy": ("lambda",)},
    "fastapi-none-none": {"ci": "gitlab", "deploy": ("lambda",)},
    "flask-none-none": {},
    "fastapi-sqlite-api_key": {},
    "flask-postgresql-oidc": {"deploy": ("lambda",)},
}


@dataclass(frozen=True)
class Variant:
    """A project of the matrix; `answers` are those to give, the rest is as it is proposed."""

    name: str
    shape: Shape
    answers: Answers

    @property
    def served(self) -> tuple[str, str]:
        return self.answers["framework"], self.answers["server"]

    @property
    def adopts(self) -> bool:
        """Whether the application that it mounts is somebody else's."""
        return "legacy_app" in self.answers


@cache
def variants() -> dict[str, Variant]:
    """Return all of them by name, those of `DEEP` first; always the same ones."""
    kept = [_shape({**_parts(name), **more}) for name, more in DEEP.items()]
    others = cover(space().shapes, kept)[len(kept) :]
    criteria = [answers(shape.answers["framework"]) for shape in kept] + _rotated(others)
    found = {
        name: _variant(name, shape, levels)
        for name, shape, levels in zip(
            [*DEEP, *map(name_of, others)], kept + others, criteria, strict=True
        )
    }
    assert len(found) == len(kept + others), "Two variants have the same name."
    return found


def served_by(*, hybrids: bool = True) -> list[str]:
    """Return a variant for each framework and server that `DEEP` leaves out.

    One with PostgreSQL and accounts, if there is one: with less in it, it would not tell whether a
    driver, or a login, can live with the server.
    """
    best: dict[tuple[str, str], Variant] = {}
    for variant in variants().values():
        best[variant.served] = max(best.get(variant.served, variant), variant, key=_rich)
    deep = {variants()[name].served for name in DEEP}
    return [
        variant.name
        for served, variant in best.items()
        if served not in deep and (hybrids or "hybrid" not in served)
    ]


def _rich(variant: Variant) -> tuple[bool, ...]:
    given = variant.answers
    return not variant.adopts, given["database"] == "postgresql", given["auth"] == "jwt"


def name_of(shape: Shape) -> str:
    """Return the answers of `WHOLE`, then what is not as it is proposed."""
    more = [word for question, word in shape.words if word and question not in WHOLE]
    return "-".join([*(shape.answers[question] for question in WHOLE), *more])


def _parts(name: str) -> dict[str, str]:
    return dict(zip(WHOLE, name.split("-"), strict=True))


def _shape(wanted: Answers) -> Shape:
    """Return the shape with these answers in which everything else is as it is proposed."""
    fitting = [shape for shape in space().shapes if wanted.items() <= shape.answers.items()]
    return min(fitting, key=lambda shape: sum(bool(word) for _, word in shape.words))


def _variant(name: str, shape: Shape, criteria: Answers) -> Variant:
    proposed = {question for question, word in shape.words if not word}
    given = {
        question: answer
        for question, answer in shape.answers.items()
        if question not in TEXTS or question not in proposed
    }
    # What is adopted is found by the name of the package.
    title = PLAIN if "legacy_app" in given else NAMES[given["framework"]]
    return Variant(name, shape, {**criteria, "project_name": title, **data(given)})


def _rotated(shapes: Iterable[Shape]) -> list[Answers]:
    """Return criteria for each shape, so that each level of each criterion has its turn."""
    turns = count()
    with tempfile.TemporaryDirectory() as folder, fast_copier():
        renderer = Renderer(questions_of(ROOT, Path(folder)))
        return [_next(renderer, shape, turns) for shape in shapes]


def _next(renderer: Renderer, shape: Shape, turns: Iterator[int]) -> Answers:
    while True:
        turn = next(turns)
        levels = {
            name: known[(turn + at) % len(known)]
            for at, (name, known) in enumerate(CRITERIA.items())
        }
        with suppress(ValueError):  # A level may refuse a choice: then it is not its turn.
            renderer.ask({**levels, **data(shape.answers)})
            return levels
