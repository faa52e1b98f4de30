"""What the five articles recommend, row by row, when only that row is known; and the default."""

import pytest

from decision.engine import InvalidAnswer, decide, default_weights, load_matrix

# situation, answers, the framework that the articles (A0-A4 of matrix.yml) recommend
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
def test_the_recommendation_is_that_of_the_articles(
    answers: dict[str, str], framework: str
) -> None:
    assert decide(answers)["recommendation"] == framework


def test_a_simple_crud_service_can_take_either() -> None:
    crud = {"concurrency": "tens", "ai_ml": "none", "legacy": "none", "serverless": "no"}
    assert decide(crud)["band"] == "tie"


def test_nothing_known_gives_fastapi_as_the_documented_default() -> None:
    found = decide({})
    assert found["recommendation"] == load_matrix()["tie_rule"]["default"] == "fastapi"
    assert (found["confidence"], found["known_share"]) == ("low", 0)
    assert "documented default" in found["tie_break"]
    assert found["unsure"] == list(load_matrix()["criteria"])


def test_leaving_a_question_out_and_not_knowing_are_the_same() -> None:
    assert decide({"team": "flask"}) == decide(
        {**dict.fromkeys(load_matrix()["criteria"], "unsure"), "team": "flask"}
    )


def test_a_weight_of_nothing_takes_an_answer_out_of_the_score() -> None:
    found = decide({"team": "flask", "interface": "api"}, {"team": 0})
    assert found["recommendation"] == "fastapi"
    assert "team" in found["no_effect"]


@pytest.mark.parametrize(
    ("answers", "weights", "sentence"),
    [
        ({"legacy": "huge"}, {}, "legacy cannot be 'huge': it is one of none, flask_inplace"),
        ({"colour": "red"}, {}, "'colour' is not a criterion: it is one of concurrency"),
        ({}, {"team": 11}, "The weight of team cannot be 11: it is 0 to 10"),
        ({}, {"team": True}, "The weight of team cannot be True: it is 0 to 10"),
        ({}, {"colour": 1}, "'colour' has no weight: the criteria are concurrency"),
        ({}, dict.fromkeys(default_weights(), 0), "Every weight is 0"),
    ],
)
def test_what_the_matrix_does_not_know_is_refused_in_one_sentence(
    answers: dict[str, str], weights: dict[str, int], sentence: str
) -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        decide(answers, weights)
    assert str(refusal.value).startswith(sentence)
