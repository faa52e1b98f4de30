"""Properties of the decision for all ten thousand combinations of answers."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from decision.engine import (
    Decision,
    decide,
    default_weights,
    every_answer,
    load_matrix,
    render_macro,
)
from tests.decision import reference

# One worker decides all of them once, while the others run other tests.
pytestmark = [pytest.mark.xdist_group("every_combination"), pytest.mark.slow]

MATRIX = load_matrix()
WEIGHTS = default_weights()

Key = tuple[str, ...]


class Combinations:
    """All combinations, with the decisions of the engine and of the reference."""

    def __init__(self) -> None:
        self.answers: dict[Key, dict[str, str]] = {tuple(a.values()): a for a in every_answer()}
        self.decisions: dict[Key, Decision] = {k: decide(a) for k, a in self.answers.items()}
        self.expected = {k: reference.decide(MATRIX, a, WEIGHTS) for k, a in self.answers.items()}

    def __iter__(self) -> Iterator[tuple[dict[str, str], Decision]]:
        return iter((self.answers[key], decision) for key, decision in self.decisions.items())

    def neighbours(self, answers: Mapping[str, str], criterion: str) -> dict[str, Key]:
        """Return the combinations that differ in one criterion only, by its level."""
        levels = MATRIX["criteria"][criterion]["levels"]
        return {
            level: tuple({**answers, criterion: level}.values())
            for level in levels
            if level != answers[criterion]
        }


@pytest.fixture(scope="module")
def combinations() -> Combinations:
    return Combinations()


def test_recommendation_is_never_ruled_out(combinations: Combinations) -> None:
    assert len(combinations.decisions) == 10_000
    for answers, decision in combinations:
        assert decision["recommendation"] in set(MATRIX["frameworks"]) - reference.ruled_out(
            answers
        )
        assert set(decision["knocked_out"]) == reference.ruled_out(answers)


def test_more_points_never_lower_a_score(combinations: Combinations) -> None:
    for answers, decision in combinations:
        for criterion, part in decision["contributions"].items():
            for level, key in combinations.neighbours(answers, criterion).items():
                if level == "unsure":
                    continue
                other = combinations.decisions[key]
                for name, before in part["points"].items():
                    if other["contributions"][criterion]["points"][name] >= before:
                        assert other["scores"][name] >= decision["scores"][name]


@pytest.mark.parametrize("name", MATRIX["frameworks"])
def test_each_framework_wins_a_tenth_of_the_combinations_that_allow_it(
    combinations: Combinations, name: str
) -> None:
    allowed = [decision for _, decision in combinations if name not in decision["knocked_out"]]
    won = [decision for decision in allowed if decision["recommendation"] == name]
    assert len(won) >= 0.1 * len(allowed)


def test_winner_scores_margin_and_band_match_the_reference(combinations: Combinations) -> None:
    for answers, decision in combinations:
        expected = combinations.expected[tuple(answers.values())]
        assert decision["recommendation"] == expected.winner, answers
        assert decision["scores"] == expected.scores, answers
        assert sorted(decision["ranking"]) == sorted(expected.allowed), answers
        assert decision["margin"] == expected.margin, answers
        assert decision["band"] == expected.band, answers


def test_flips_match_the_reference(combinations: Combinations) -> None:
    for answers, decision in combinations:
        winner = combinations.expected[tuple(answers.values())].winner
        expected = {
            (criterion, level, combinations.expected[key].winner)
            for criterion in answers
            for level, key in combinations.neighbours(answers, criterion).items()
            if combinations.expected[key].winner != winner
        }
        flips = {(row["criterion"], row["level"], row["to"]) for row in decision["flips"]}
        assert flips == expected, answers
        assert all(
            (row["kind"] == "without") == (row["level"] == "unsure") for row in decision["flips"]
        )


def test_confidence_matches_the_reference(combinations: Combinations) -> None:
    for answers, decision in combinations:
        assert decision["confidence"] == reference.confidence(MATRIX, answers, WEIGHTS), answers


def test_reasons_compare_the_recommendation_with_its_rival(combinations: Combinations) -> None:
    for _, decision in combinations:
        best, rival = decision["recommendation"], decision["rival"]
        for row in [*decision["reasons"], *decision["against"]]:
            part = decision["contributions"][row["criterion"]]
            gain = part["weight"] * (part["points"][best] - part["points"][rival])
            cell = MATRIX["criteria"][row["criterion"]]["levels"][part["level"]][best]
            assert (row["points"], row["because"]) == (gain, cell["because"])
        assert all(row["points"] > 0 for row in decision["reasons"])
        assert all(row["points"] < 0 for row in decision["against"])


def test_answer_without_effect_can_be_left_out(
    combinations: Combinations,
) -> None:
    for answers, decision in combinations:
        for criterion in decision["no_effect"]:
            without = combinations.decisions[combinations.neighbours(answers, criterion)["unsure"]]
            assert without["recommendation"] == decision["recommendation"]


def test_conflicting_knock_outs_are_explained(combinations: Combinations) -> None:
    for answers, decision in combinations:
        both = answers["serverless"] == "wsgi_host" and answers["interface"] == "realtime"
        assert bool(decision["conflict"]) == both
        if both:
            assert decision["recommendation"] == "flask"


def test_framework_question_fits_24_lines_of_80_columns(combinations: Combinations) -> None:
    for answers, decision in combinations:
        lines = render_macro("rationale", decision).splitlines()
        # Besides them: a blank line, the question, the usage of the keys, three choices.
        assert len(lines) + 6 <= 24, answers
        assert max(map(len, lines)) <= 76, answers


@pytest.mark.parametrize("weights", [{"team": 10, "legacy": 0}, dict.fromkeys(WEIGHTS, 1)])
def test_other_weights_match_the_reference(
    weights: dict[str, int], combinations: Combinations
) -> None:
    all_weights = {**WEIGHTS, **weights}
    for answers in list(combinations.answers.values())[::41]:
        decision: dict[str, Any] = decide(answers, weights)
        expected = reference.decide(MATRIX, answers, all_weights)
        assert (decision["recommendation"], decision["scores"]) == (
            expected.winner,
            expected.scores,
        )
        assert decision["confidence"] == reference.confidence(MATRIX, answers, all_weights)
