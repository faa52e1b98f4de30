"""Properties of the decision for the ten thousand combinations of answers; on a change, for a seventh."""

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
from tests.matrix.plugin import is_nightly

# One worker decides each of them once, while the others run other tests.
pytestmark = [pytest.mark.xdist_group("every_combination"), pytest.mark.slow]

MATRIX = load_matrix()
WEIGHTS = default_weights()

Key = tuple[str, ...]


class Decisions(dict[Key, Decision]):
    """The decisions of the engine, each made when it is first asked for."""

    def __missing__(self, key: Key) -> Decision:
        self[key] = decide(dict(zip(MATRIX["criteria"], key, strict=True)))
        return self[key]


class Combinations:
    """Combinations of answers, with the decisions of the engine and of the reference."""

    def __init__(self, step: int) -> None:
        """Take one combination of `step`; each pair of answers is among them."""
        every = list(every_answer())
        assert len(every) == 10_000
        self.sample = every[::step]
        self.decisions = Decisions()
        self.expected = {
            tuple(answers.values()): reference.decide(MATRIX, answers, WEIGHTS) for answers in every
        }

    def __iter__(self) -> Iterator[tuple[dict[str, str], Decision]]:
        return ((answers, self.decisions[tuple(answers.values())]) for answers in self.sample)

    def neighbours(self, answers: Mapping[str, str], criterion: str) -> dict[str, Key]:
        """Return the combinations that differ in one criterion only, by its level."""
        levels = MATRIX["criteria"][criterion]["levels"]
        return {
            level: tuple({**answers, criterion: level}.values())
            for level in levels
            if level != answers[criterion]
        }


@pytest.fixture(scope="module")
def combinations(pytestconfig: pytest.Config) -> Combinations:
    return Combinations(1 if is_nightly(pytestconfig) else 7)


@pytest.fixture(scope="module")
def few(pytestconfig: pytest.Config, combinations: Combinations) -> Combinations:
    """Fewer, for what compares each one with all that differ from it in one answer."""
    fewer = Combinations(1 if is_nightly(pytestconfig) else 149)
    fewer.decisions = combinations.decisions
    return fewer


def test_recommendation_is_never_ruled_out(combinations: Combinations) -> None:
    for answers, decision in combinations:
        assert decision["recommendation"] in set(MATRIX["frameworks"]) - reference.ruled_out(
            answers
        )
        assert set(decision["knocked_out"]) == reference.ruled_out(answers)


def test_more_points_never_lower_a_score(few: Combinations) -> None:
    for answers, decision in few:
        for criterion, part in decision["contributions"].items():
            for level, key in few.neighbours(answers, criterion).items():
                if level == "unsure":
                    continue
                other = few.decisions[key]
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


def test_answer_without_effect_can_be_left_out(few: Combinations) -> None:
    for answers, decision in few:
        for criterion in decision["no_effect"]:
            without = few.decisions[few.neighbours(answers, criterion)["unsure"]]
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
    for answers in combinations.sample[::29]:
        decision: dict[str, Any] = decide(answers, weights)
        expected = reference.decide(MATRIX, answers, all_weights)
        assert (decision["recommendation"], decision["scores"]) == (
            expected.winner,
            expected.scores,
        )
        assert decision["confidence"] == reference.confidence(MATRIX, answers, all_weights)
