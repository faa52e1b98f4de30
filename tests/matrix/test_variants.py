"""The variants have every pair of answers that Copier accepts, and none that it refuses."""

from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, fast_copier
from tests.matrix.cover import WHOLE, cover
from tests.matrix.memory import Renderer
from tests.matrix.refused import CLASHES, accepted
from tests.matrix.space import (
    CRITERIA,
    EXPLAINS,
    TEXTS,
    Clash,
    clashes,
    clashes_with,
    questions_of,
    space,
    walk,
)
from tests.matrix.variants import DEEP, served_by, variants
from tests.template.trees import SERVERS

pytestmark = pytest.mark.step("questions")

FRAMEWORKS = ("fastapi", "flask", "hybrid")
DATABASES = ("postgresql", "sqlite", "none")
AUTHS = ("jwt", "api_key", "oidc", "none")
OWN = "orders_api.flask_app:create_app()"
ADOPTED = "orders_api.shop:create_app()"
QUESTIONS: dict[str, dict[str, Any]] = {
    name: spec
    for name, spec in yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8")).items()
    if not name.startswith("_")
}


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """What Copier asks, in a folder of the test's own."""
    return questions_of(ROOT, tmp_path)


def changed(questions: Path, **more: Any) -> Path:
    """Add questions, or change those that are there."""
    file = questions / "copier.yml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**content, **more}, sort_keys=False), encoding="utf-8")
    return questions


def test_what_has_choices_shapes_a_project_or_leads_to_a_framework() -> None:
    asked = {name for name, spec in QUESTIONS.items() if spec.get("when") is not False}
    shapes = {name for shape in space().shapes for name in shape.answers}
    assert shapes | EXPLAINS | {*TEXTS} == asked
    assert {*CRITERIA} < asked


def test_every_pair_of_answers_is_in_a_variant() -> None:
    """By the choices as they are written and the list above: nothing of what computes them."""
    values: dict[str, list[Any]] = {"legacy_app": [OWN, ADOPTED], "framework": [*FRAMEWORKS]}
    for name in ("database", "auth", "server", "ci"):
        choices = QUESTIONS[name]["choices"].values()
        values[name] = [each["value"] if isinstance(each, dict) else each for each in choices]
    pairs = {
        ((one, first), (other, second))
        for one, other in combinations(values, 2)
        for first, second in product(values[one], values[other])
        if accepted({one: first, other: second})
    }
    # Only a hybrid is asked what it mounts, and it is served as FastAPI is.
    pairs -= {pair for pair in pairs if pair[0][0] == "legacy_app" and not _hybrid(pair[1])}
    shapes = [variant.shape.answers for variant in variants().values()]
    assert len(pairs) > 150
    assert [
        pair for pair in pairs if not any({*pair} <= {*shape.items()} for shape in shapes)
    ] == []


def _hybrid(item: tuple[str, str]) -> bool:
    name, answer = item
    return answer in {"framework": ("hybrid",), "server": SERVERS["hybrid"]}.get(name, (answer,))


def test_each_place_to_deploy_is_there_with_every_answer_that_it_can_be_with() -> None:
    shapes = [variant.shape.answers for variant in variants().values()]
    for place in ("kubernetes", "lambda"):
        for name in ("framework", "auth", "server", "ci", "legacy_app"):
            answers = {shape[name] for shape in shapes if name in shape}
            for wanted in (True, False):
                found = {s.get(name) for s in shapes if (place in s.get("deploy", ())) == wanted}
                assert answers <= found, (place, name, wanted)


def test_every_triple_of_framework_database_and_auth_is_in_a_variant() -> None:
    triples = {
        triple
        for triple in product(FRAMEWORKS, DATABASES, AUTHS)
        if accepted(dict(zip(WHOLE, triple, strict=True)))
    }
    assert len(triples) == 30
    shapes = [variant.shape.answers for variant in variants().values()]
    assert {tuple(shape[name] for name in WHOLE) for shape in shapes} == triples


def test_every_level_of_every_criterion_is_in_a_variant() -> None:
    for name, levels in CRITERIA.items():
        assert {variant.answers[name] for variant in variants().values()} == {*levels}


def test_every_variant_is_one_that_the_list_allows_and_copier_takes(template: Path) -> None:
    with fast_copier():
        renderer = Renderer(template)
        for variant in variants().values():
            assert accepted(variant.answers)
            known = renderer.ask(dict(variant.answers))
            assert {name: known[name] for name in variant.answers} == variant.answers


def test_there_are_not_many_more_variants_than_triples() -> None:
    assert 30 <= len(variants()) <= 40
    assert [*variants()][: len(DEEP)] == [*DEEP]


def test_each_server_of_each_framework_is_looked_at_closely() -> None:
    looked_at = [variants()[name].answers for name in (*DEEP, *served_by())]
    found = {(answers["framework"], answers["server"]) for answers in looked_at}
    assert found == {(name, server) for name, servers in SERVERS.items() for server in servers}


def test_the_variants_are_the_same_ones_each_time(questions: Path) -> None:
    first, again = space(), walk(questions)
    assert again.shapes == first.shapes
    assert cover(again.shapes) == cover(first.shapes)


def test_a_question_that_is_added_enters_by_itself(questions: Path) -> None:
    cache = {
        "type": "str",
        "choices": {
            "None": "none",
            "Valkey": {
                "value": "valkey",
                "validator": "{{ 'needs PostgreSQL' if database != 'postgresql' else '' }}",
            },
        },
        "default": "none",
    }
    added = walk(changed(questions, cache=cache))
    chosen = cover(added.shapes)
    found = {(shape.answers["cache"], shape.answers["database"]) for shape in chosen}
    assert found == {("none", name) for name in DATABASES} | {("valkey", "postgresql")}
    assert clashes(added)[("cache", "valkey", "database", "sqlite")] == "needs PostgreSQL"


def test_a_yes_or_no_and_another_choice_enter_by_themselves(questions: Path) -> None:
    ci = {**QUESTIONS["ci"], "choices": {**QUESTIONS["ci"]["choices"], "Jenkins": "jenkins"}}
    admin = {"type": "bool", "default": False, "when": "{{ database != 'none' }}"}
    chosen = cover(walk(changed(questions, ci=ci, admin=admin)).shapes)
    assert {shape.answers["framework"] for shape in chosen if shape.answers["ci"] == "jenkins"} == {
        *FRAMEWORKS
    }
    found = {(shape.answers.get("admin"), shape.answers["database"]) for shape in chosen}
    assert found == {(None, "none"), *product((True, False), ("postgresql", "sqlite"))}


def test_a_free_text_without_named_values_does_not_enter_unseen(questions: Path) -> None:
    owner = {"type": "str", "default": "orders"}
    with pytest.raises(LookupError, match="owner"):
        walk(changed(questions, owner=owner))


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[Clash, str]:
    """Every pair of answers that Copier refuses, those with a criterion too."""
    template = questions_of(ROOT, tmp_path_factory.mktemp("questions"))
    found = clashes(space())
    for name, levels in CRITERIA.items():
        for level in levels:
            found |= clashes_with(name, level, walk(template, {name: level}))
    return found


@pytest.mark.slow
def test_what_cannot_go_together_is_what_the_list_says(refused: dict[Clash, str]) -> None:
    assert refused == CLASHES


@pytest.mark.parametrize(("clash", "because"), CLASHES.items(), ids=lambda value: str(value))
def test_what_cannot_go_together_is_refused_in_that_sentence(
    template: Path, clash: tuple[str, str, str, str], because: str
) -> None:
    question, choice, other, answer = clash
    given: dict[str, Any] = {question: [choice] if question == "deploy" else choice, other: answer}
    with fast_copier(), pytest.raises(ValueError) as refusal:
        Renderer(template).render({"framework": "fastapi", **given})
    assert str(refusal.value) == f"Invalid choice for '{question}': {because}"
