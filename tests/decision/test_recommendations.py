"""The recommendations of the five articles, one situation at a time, and the default."""

import pytest

from decision.engine import InvalidAnswer, decide, default_weights, load_matrix

# situation (articles, see `sources` in matrix.yml), answers, recommended framework
ROWS = [
    ("1,000 and more concurrent users (A0 A2 A3 A4)", {"concurrency": "thousands"}, "fastapi"),
    ("real-time pipelines (A0 A2 A4)", {"interface": "realtime"}, "fastapi"),
    ("high-concurrency SaaS (A3)", {"concurrency": "thousands", "interface": "api"}, "fastapi"),
    ("legacy monolith (A0 A2)", {"legacy": "sync_libraries"}, "flask"),
    ("existing Flask code base (A1 A3)", {"legacy": "flask_inplace"}, "flask"),
    ("simple synchronous scripts (A1)", {"legacy": "sync_libraries", "concurrency": "tens"}, "flask"),
    ("AI integrations (A2 A3)", {"ai_ml": "remote"}, "fastapi"),
    ("orchestrating external APIs (A3)", {"concurrency": "hundreds"}, "fastapi"),
    ("ML inference APIs (A2 A4)", {"ai_ml": "in_process"}, "fastapi"),
    ("CMS plugins (A3)", {"legacy": "sync_libraries"}, "flask"),
    ("internal admin tools (A2 A3)", {"concurrency": "tens", "interface": "pages"}, "flask"),
    ("classic server-rendered web apps (A1 A2)", {"interface": "pages"}, "flask"),
    ("serverless, cold-start sensitive (A3)", {"serverless": "functions"}, "fastapi"),
    ("microservices, API-first, contract and docs (A0 A1 A2 A4)", {"interface": "api"}, "fastapi"),
    ("teaching, learning, prototypes (A0 A1 A2)", {"team": "learning"}, "flask"),
    ("FastAPI beside an existing Flask part (A0 A2 A3)", {"legacy": "flask_mount"}, "hybrid"),
    ("the team knows Flask and ships an MVP (A3)", {"team": "flask"}, "flask"),
    ("but not over thousands waiting (A3)", {"team": "flask", "concurrency": "thousands"}, "fastapi"),
    ("nor over calls to models (A3)", {"team": "flask", "ai_ml": "remote"}, "fastapi"),
    ("nor over streams (A3)", {"team": "flask", "interface": "realtime"}, "fastapi"),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "framework"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_recommendation_matches_the_articles(answers: dict[str, str], framework: str) -> None:
    assert decide(answers)["recommendation"] == framework


def test_simple_crud_service_is_a_tie() -> None:
    crud = {"concurrency": "tens", "ai_ml": "none", "legacy": "none", "serverless": "no"}
    assert decide(crud)["band"] == "tie"


def test_fastapi_is_the_default_without_answers() -> None:
    decision, rule = decide({}), load_matrix()["tie_rule"]
    assert decision["recommendation"] == rule["default"] == "fastapi"
    assert (decision["confidence"], decision["known_share"]) == ("low", 0)
    assert rule["default_because"] in decision["tie_break"]
    assert decision["unsure"] == list(load_matrix()["criteria"])


def test_missing_answer_counts_as_unsure() -> None:
    assert decide({"team": "flask"}) == decide(
        {**dict.fromkeys(load_matrix()["criteria"], "unsure"), "team": "flask"}
    )


def test_weight_of_0_ignores_an_answer() -> None:
    decision = decide({"team": "flask", "interface": "api"}, {"team": 0})
    assert decision["recommendation"] == "fastapi"
    assert "team" in decision["no_effect"]


@pytest.mark.parametrize(
    ("answers", "weights", "parts"),
    [
        ({"legacy": "huge"}, {}, ("legacy", "huge", "flask_inplace")),
        ({"colour": "red"}, {}, ("colour", "concurrency")),
        ({}, {"team": 11}, ("team", "11", "10")),
        ({}, {"team": True}, ("team", "True", "10")),
        ({}, {"colour": 1}, ("colour", "concurrency")),
        ({}, dict.fromkeys(default_weights(), 0), ("0",)),
    ],
)
def test_invalid_answer_or_weight_is_refused_by_name_and_value(
    answers: dict[str, str], weights: dict[str, int], parts: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        decide(answers, weights)
    assert all(part in str(refusal.value) for part in parts)
