"""The variants have every pair of answers that Copier accepts, and each of them renders well."""

from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from decision.answers import questions
from decision.engine import load_matrix
from tests.conftest import Render, copy, stored_answers
from tests.matrix.checks import faults
from tests.matrix.choices import (
    ADOPTED,
    CHOICES,
    CLASHES,
    CRITERIA,
    FEATURES,
    OTHERS,
    SERVERS,
    WITH_FEATURES,
    accepted,
    is_asked,
)
from tests.matrix.cover import WHOLE
from tests.matrix.variants import DEEP, served_by, variants

PLACES = CHOICES["deploy"]


def shaped() -> list[dict[str, Any]]:
    """Return the answers of each variant, with a yes or no for each place to deploy."""
    return [
        {**variant.answers, **{place: place in variant.answers.get("deploy", ()) for place in PLACES}}
        for variant in variants().values()
    ]  # fmt: skip


def test_table_of_choices_is_that_of_the_questionnaire() -> None:
    defined = questions()
    assert {*defined} == {*CHOICES, *CRITERIA, *OTHERS}
    assert {*load_matrix()["frameworks"]} == {*CHOICES["framework"]}
    expected = {"features": FEATURES, **CHOICES}
    for question in ("database", "auth", "features", "server", "deploy", "ci"):
        values = defined[question]["choices"].values()
        found = [value["value"] if isinstance(value, dict) else value for value in values]
        assert [*expected[question]] == found, question


@pytest.mark.parametrize(("clash", "because"), CLASHES.items(), ids=str)
def test_clash_is_refused_with_its_reason(
    template: Path, tmp_path: Path, clash: tuple[str, str, str, str], because: str
) -> None:
    question, choice, other, answer = clash
    data = {question: [choice] if question == "deploy" else choice, other: answer}
    with pytest.raises(ValueError) as refusal:
        copy(template, tmp_path / "project", **{"framework": "fastapi", **data})
    assert str(refusal.value) == f"Invalid choice for '{question}': {because}"
    assert not (tmp_path / "project").exists()


def test_every_pair_of_answers_is_in_a_variant() -> None:
    values: dict[str, Any] = {name: CHOICES[name] for name in CHOICES if name != "deploy"}
    values |= dict.fromkeys(PLACES, (True, False))
    values["legacy_app"] = (ADOPTED,)
    found = [{*answers.items()} for answers in map(_hashable, shaped())]
    missing = [
        pair
        for one, other in combinations(values, 2)
        for pair in (set(zip((one, other), both, strict=True)) for both in product(values[one], values[other]))
        if _possible(dict(pair)) and not any(pair <= answers for answers in found)
    ]  # fmt: skip
    assert missing == []


def _hashable(answers: dict[str, Any]) -> dict[str, Any]:
    return {name: answer for name, answer in answers.items() if name != "deploy"}


def _possible(pair: dict[str, Any]) -> bool:
    """Say whether Copier accepts the pair; only a hybrid mounts an application."""
    hybrid = {"framework": "hybrid"} if "legacy_app" in pair else {}
    if hybrid and pair.get("framework", "hybrid") != "hybrid":
        return False
    deploy = [place for place in PLACES if pair.get(place)]
    return accepted({**pair, **hybrid, "deploy": deploy})


def test_every_triple_of_framework_database_and_auth_is_in_a_variant() -> None:
    triples = {
        triple
        for triple in product(*(CHOICES[name] for name in WHOLE))
        if accepted(dict(zip(WHOLE, triple, strict=True)))
    }
    assert {tuple(answers[name] for name in WHOLE) for answers in shaped()} == triples


def test_every_level_of_every_criterion_is_in_a_variant() -> None:
    for name, levels in CRITERIA.items():
        assert {answers[name] for answers in shaped()} == {*levels}


def test_every_server_of_every_framework_is_tested_in_depth() -> None:
    found = {variants()[name].served for name in (*DEEP, *served_by())}
    assert found == {(name, server) for name, servers in SERVERS.items() for server in servers}


def test_there_are_few_variants() -> None:
    assert [*variants()][: len(DEEP)] == [*DEEP]
    assert len(variants()) <= 36


@pytest.mark.slow
@pytest.mark.step("files")
@pytest.mark.parametrize("variant", variants())
def test_variant_has_valid_tidy_files_of_its_layers_alone(render: Render, variant: str) -> None:
    answers = variants()[variant].answers
    project = render(**answers)
    stored = stored_answers(project)
    assert {name: stored[name] for name in answers} == answers
    assert {name for name in stored if name[0] != "_"} == {
        name
        for name in questions()
        if name not in ("weights", "job_queue") and is_asked(name, stored)
    }
    assert "\n".join(faults(project)) == ""


@pytest.mark.slow
@pytest.mark.step("files")
@pytest.mark.parametrize(
    "answers", WITH_FEATURES, ids=lambda each: "-".join(map(str, each.values()))
)
def test_features_have_valid_tidy_files(render: Render, answers: dict[str, Any]) -> None:
    assert "\n".join(faults(render(**answers))) == ""
