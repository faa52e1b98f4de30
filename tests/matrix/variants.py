"""The projects that are rendered, installed and booted: together they have every pair of answers.

A variant is named by its answers: framework, database and auth, then whatever is not what Copier
proposes. The variants of `DEEP` keep short names and are tested in more depth: they have each
framework, each database and each auth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

from tests.conftest import answers
from tests.matrix.choices import ADOPTED, CRITERIA, OWN, Answers, accepted, proposed, shapes
from tests.matrix.cover import WHOLE, cover

# Names that people give; the least plain one for the project with the most in it.
NAMES = {"fastapi": "Orders API", "flask": "class", "hybrid": "Größe & Söhne's API (2)"}
PLAIN = "Orders API"
# What their names do not tell.
DEEP: dict[str, Answers] = {
    "fastapi-postgresql-jwt": {},
    "flask-sqlite-jwt": {"ci": "gitlab"},
    "hybrid-postgresql-jwt": {"ci": "gitlab", "deploy": ["lambda"]},
    "fastapi-none-none": {"ci": "gitlab", "deploy": ["lambda"]},
    "flask-none-none": {},
    "fastapi-sqlite-api_key": {},
    "flask-postgresql-oidc": {"deploy": ["lambda"]},
}
# The one with asyncpg in FastAPI, and psycopg in Flask.
ASYNCPG = "hybrid-postgresql-jwt"


@dataclass(frozen=True)
class Variant:
    """A project of the matrix; `answers` are those to give Copier."""

    name: str
    answers: Answers

    @property
    def served(self) -> tuple[str, str]:
        return self.answers["framework"], self.answers["server"]

    @property
    def adopts(self) -> bool:
        """Whether it mounts an application that is not its own."""
        return self.answers.get("legacy_app") == ADOPTED


@cache
def variants() -> dict[str, Variant]:
    """Return all of them by name, those of `DEEP` first; always the same ones."""
    every = list(shapes())
    kept = [_find(every, {**dict(zip(WHOLE, name.split("-"), strict=True)), **more})
            for name, more in DEEP.items()]  # fmt: skip
    others = cover(every, kept)[len(kept) :]
    turns = count()
    found = {name: _variant(name, shape, answers(shape["framework"]))
             for name, shape in zip(DEEP, kept, strict=True)}  # fmt: skip
    for shape in others:
        found[name_of(shape)] = _variant(name_of(shape), shape, _criteria(shape, turns))
    return found


def served_by() -> list[str]:
    """Return a variant for each framework and server that `DEEP` leaves out.

    One with PostgreSQL and accounts where there is one, so that drivers and logins are tried too.
    """
    best: dict[tuple[str, str], Variant] = {}
    for variant in variants().values():
        best[variant.served] = max(best.get(variant.served, variant), variant, key=_rank)
    deep = {variants()[name].served for name in DEEP}
    return [variant.name for served, variant in best.items() if served not in deep]


def adopting() -> str:
    """Return a variant that mounts an application of somebody else, on PostgreSQL."""
    return max((each for each in variants().values() if each.adopts),
               key=lambda each: bool(each.answers["database"] == "postgresql")).name  # fmt: skip


def name_of(shape: Answers) -> str:
    """Return the answers of `WHOLE`, then each answer that is not the proposed one."""
    usual = proposed(shape)
    more = [
        _word(question, answer)
        for question, answer in shape.items()
        if question not in WHOLE and answer != usual[question]
    ]
    return "-".join([*(shape[question] for question in WHOLE), *more])


def _word(question: str, answer: str | list[str]) -> str:
    if isinstance(answer, list):
        return "+".join(answer)
    return {ADOPTED: "adopting", "none": f"{question}_none"}.get(answer, answer)


def _rank(variant: Variant) -> tuple[bool, ...]:
    own = variant.answers
    return not variant.adopts, own["database"] == "postgresql", own["auth"] == "jwt"


def _find(every: list[dict[str, object]], required: Answers) -> Answers:
    """Return the shape with these answers in which everything else is as it is proposed."""
    fitting = [shape for shape in every if {**shape, **required} == shape]
    return min(fitting, key=lambda shape: name_of(shape).count("-"))


def _variant(name: str, shape: Answers, criteria: Answers) -> Variant:
    own = {question: answer for question, answer in shape.items() if answer != OWN}
    # The adopted application is found by the name of the package.
    title = PLAIN if "legacy_app" in own else NAMES[own["framework"]]
    driver = {"asyncpg": True} if name == ASYNCPG else {}
    return Variant(name, {**criteria, "project_name": title, **own, **driver})


def _criteria(shape: Answers, turns: Iterator[int]) -> Answers:
    """Return a level for each criterion in turn, so that the variants together have all of them."""
    while True:
        turn = next(turns)
        levels = {
            name: known[(turn + at) % len(known)]
            for at, (name, known) in enumerate(CRITERIA.items())
        }
        if accepted({**shape, **levels}):
            return levels
