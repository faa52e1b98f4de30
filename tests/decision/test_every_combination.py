"""What holds for each of the ten thousand combinations of answers; they are walked once."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from decision.engine import Decision, decide, default_weights, every_answer, load_matrix, render_macro
from tests.decision import reference

# One worker walks them all, the others go on with other tests.
pytestmark = [pytest.mark.xdist_group("every_combination"), pytest.mark.slow]

MATRIX = load_matrix()
WEIGHTS = default_weights()

Key = tuple[str, ...]


class Walk:
    """Every combination, what the engine made of it, and what the reference makes of it."""

    def __init__(self) -> None:
        self.answers: dict[Key, dict[str, str]] = {tuple(a.values()): a for a in every_answer()}
        self.decided: dict[Key, Decision] = {k: decide(a) for k, a in self.answers.items()}
        self.expected = {k: reference.decide(MATRIX, a, WEIGHTS) for k, a in self.answers.items()}

    def __iter__(self) -> Iterator[tuple[dict[str, str], Decision]]:
        return iter((self.answers[key], found) for key, found in self.decided.items())

    def neighbours(self, answers: Mapping[str, str], criterion: str) -> dict[str, Key]:
        """The same answers but for one criterion, by the level that is answered instead."""
        levels = MATRIX["criteria"][criterion]["levels"]
        return {
            level: tuple({**answers, criterion: level}.values())
            for level in levels
            if level != answers[criterion]
        }


@pytest.fixture(scope="module")
def walk() -> Walk:
    return Walk()


def test_every_combination_recommends_one_that_no_knock_out_removed(walk: Walk) -> None:
    assert len(walk.decided) == 10_000
    for answers, found in walk:
        assert found["recommendation"] in set(MATRIX["frameworks"]) - reference.ruled_out(answers)
        assert set(found["knocked_out"]) == reference.ruled_out(answers)


def test_an_answer_worth_more_to_a_framework_never_lowers_its_score(walk: Walk) -> None:
    for answers, found in walk:
        for criterion, part in found["contributions"].items():
            for level, key in walk.neighbours(answers, criterion).items():
                if level == "unsure":
                    continue
                other = walk.decided[key]
                for name, before in part["points"].items():
                    if other["contributions"][criterion]["points"][name] >= before:
                        assert other["scores"][name] >= found["scores"][name]


@pytest.mark.parametrize("name", MATRIX["frameworks"])
def test_each_framework_wins_a_tenth_of_the_combinations_that_allow_it(
    walk: Walk, name: str
) -> None:
    allowed = [found for _, found in walk if name not in found["knocked_out"]]
    won = [found for found in allowed if found["recommendation"] == name]
    assert len(won) >= 0.1 * len(allowed)


def test_the_reference_agrees_on_winner_scores_margin_and_band(walk: Walk) -> None:
    for answers, found in walk:
        expected = walk.expected[tuple(answers.values())]
        assert found["recommendation"] == expected.winner, answers
        assert found["scores"] == expected.scores, answers
        assert sorted(found["ranking"]) == sorted(expected.left), answers
        assert found["margin"] == expected.margin, answers
        assert found["band"] == expected.band, answers


def test_the_reference_agrees_on_every_flip(walk: Walk) -> None:
    for answers, found in walk:
        winner = walk.expected[tuple(answers.values())].winner
        expected = {
            (criterion, level, walk.expected[key].winner)
            for criterion in answers
            for level, key in walk.neighbours(answers, criterion).items()
            if walk.expected[key].winner != winner
        }
        flips = {(row["criterion"], row["level"], row["to"]) for row in found["flips"]}
        assert flips == expected, answers
        assert all(
            (row["kind"] == "without") == (row["level"] == "unsure") for row in found["flips"]
        )


def test_the_reference_agrees_on_the_confidence(walk: Walk) -> None:
    for answers, found in walk:
        assert found["confidence"] == reference.confidence(MATRIX, answers, WEIGHTS), answers


def test_reasons_speak_for_the_recommendation_and_against_its_rival(walk: Walk) -> None:
    for _, found in walk:
        best, rival = found["recommendation"], found["rival"]
        for row in [*found["reasons"], *found["against"]]:
            part = found["contributions"][row["criterion"]]
            gain = part["weight"] * (part["points"][best] - part["points"][rival])
            said = MATRIX["criteria"][row["criterion"]]["levels"][part["level"]][best]
            assert (row["points"], row["because"]) == (gain, said["because"])
        assert all(row["points"] > 0 for row in found["reasons"])
        assert all(row["points"] < 0 for row in found["against"])


def test_an_answer_is_said_to_have_no_effect_only_if_leaving_it_out_changes_nothing(
    walk: Walk,
) -> None:
    for answers, found in walk:
        for criterion in found["no_effect"]:
            without = walk.decided[walk.neighbours(answers, criterion)["unsure"]]
            assert without["recommendation"] == found["recommendation"]


def test_a_contradiction_of_knock_outs_is_said_in_words(walk: Walk) -> None:
    for answers, found in walk:
        both = answers["serverless"] == "wsgi_host" and answers["interface"] == "realtime"
        assert bool(found["conflict"]) == both
        if both:
            assert found["recommendation"] == "flask"


def test_the_question_and_its_choices_fit_24_lines_of_80_columns(walk: Walk) -> None:
    for answers, found in walk:
        lines = render_macro("rationale", found).splitlines()
        # With a blank line, the question, how to use the keys, and three choices.
        assert len(lines) + 6 <= 24, answers
        assert max(map(len, lines)) <= 76, answers


@pytest.mark.parametrize("weights", [{"team": 10, "legacy": 0}, dict.fromkeys(WEIGHTS, 1)])
def test_the_reference_agrees_with_other_weights(weights: dict[str, int], walk: Walk) -> None:
    weighed = {**WEIGHTS, **weights}
    for answers in list(walk.answers.values())[::41]:
        found: dict[str, Any] = decide(answers, weights)
        expected = reference.decide(MATRIX, answers, weighed)
        assert (found["recommendation"], found["scores"]) == (expected.winner, expected.scores)
        assert found["confidence"] == reference.confidence(MATRIX, answers, weighed)
