"""The questionnaire as somebody sees it: a real `copier copy`, real keys, 80 by 24."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from decision.answers import questions
from decision.engine import Decision, decide, load_matrix, say
from tests.questionnaire.terminal import Terminal, require_tmux
from tests.template.trees import SERVERS

pytestmark = pytest.mark.slow

CRITERIA = load_matrix()["criteria"]
IDENTITY = ["project_name", "project_slug", "package_name", "description"]
# One answer each that is not the default; the number of times to press Up from "I don't know".
KEYS = {"concurrency": 1, "ai_ml": 3, "legacy": 2, "serverless": 4, "team": 2, "interface": 3}
# What is asked at the end, answered.
LAST = {"deploy": "[]", "ci": "github"}
LEVELS = {name: [*CRITERIA[name]["levels"]][-1 - up] for name, up in KEYS.items()}
LONGEST = {
    "concurrency": "tens", "ai_ml": "in_process", "legacy": "sync_libraries",
    "serverless": "containers", "team": "async", "interface": "pages",
}  # fmt: skip


@contextmanager
def copying(template: Path, folder: Path, *options: str) -> Iterator[Terminal]:
    require_tmux()
    command = [sys.executable, "-m", "copier", "copy", *options, str(template), "orders-api"]
    with Terminal(command, folder) as terminal:
        yield terminal


def given(answers: dict[str, Any]) -> list[str]:
    return [part for name, value in answers.items() for part in ("--data", f"{name}={value}")]


def named(**answers: Any) -> list[str]:
    """Options that answer all but the framework."""
    others = {"tune_weights": False, "database": "none", "auth": "none", **LAST}
    return given({**dict.fromkeys(IDENTITY, "orders"), **others, **answers})


def without(options: list[str], name: str) -> list[str]:
    """Leave the answer to one question out."""
    at = next(i for i, option in enumerate(options) if option.startswith(f"{name}="))
    return options[: at - 1] + options[at + 1 :]


def stored(folder: Path) -> dict[str, Any]:
    file = folder / "orders-api/.copier-answers.yml"
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


def score_lines(found: Decision) -> list[str]:
    return [say("score_line", found, name) for name in load_matrix()["frameworks"]]


def expect(terminal: Terminal, lines: list[str]) -> None:
    """Wait until every line is whole and visible at once: not broken at the edge, not scrolled off."""
    wanted = [line.strip() for line in lines if line.strip()]

    def missing(screen: str) -> list[str]:
        rows = {row.strip(" »🎤") for row in screen.splitlines()}
        return [line for line in wanted if line not in rows]

    terminal.wait_until(lambda screen: not missing(screen), f"These lines, whole: {wanted}")


def test_every_question_is_whole_on_the_screen_and_its_answer_is_kept(
    template: Path, tmp_path: Path
) -> None:
    with copying(template, tmp_path) as terminal:
        for name in IDENTITY:
            expect(terminal, questions()[name]["help"].splitlines())
            terminal.press("Enter")
        for name, spec in CRITERIA.items():
            labels = [at["label"] for at in spec["levels"].values()]
            expect(terminal, [*spec["help"].splitlines(), *labels])
            terminal.press(*["Up"] * KEYS[name], "Enter")
        expect(terminal, [*questions()["tune_weights"]["help"].splitlines(), "(y/N)"])
        terminal.press("n")
        found = decide(LEVELS)
        expect(terminal, [*say("rationale", found).splitlines(), *score_lines(found)])
        terminal.press("Enter")
        expect(terminal, questions()["legacy_app"]["help"].splitlines())
        terminal.press("Enter")
        asked = questions()["database"]
        expect(terminal, [*asked["help"].splitlines(), *asked["choices"]])
        terminal.press("Down", "Enter")
        asked = questions()["auth"]
        expect(terminal, [*asked["help"].splitlines(), *asked["choices"]])
        terminal.press("Down", "Enter")
        asked = questions()["server"]
        expect(terminal, asked["help"].splitlines())
        served_by: dict[str, Any] = asked["choices"]
        of_asgi = [name for name, at in served_by.items() if at["value"] in SERVERS["hybrid"]]
        terminal.wait_for(f"» {of_asgi[0]}", *of_asgi, "is for Flask alone")
        terminal.press("Down", "Enter")
        asked = questions()["ci"]
        expect(terminal, [*asked["help"].splitlines(), *asked["choices"]])
        terminal.press("Down", "Enter")
        terminal.wait_for("uv run orders-api serve", "EXIT 0")
    kept = stored(tmp_path)
    assert {name: kept[name] for name in LEVELS} == LEVELS
    assert kept["framework"] == found["recommendation"] == "hybrid"
    assert kept["legacy_app"] == "orders_api.flask_app:create_app()"
    assert (kept["database"], kept["auth"]) == ("sqlite", "api_key")
    assert (kept["server"], kept["ci"]) == ("gunicorn_asgi", "gitlab")
    assert "deploy" not in kept, "A file is for one machine."
    assert kept["project_name"] == "Orders API"


def test_enter_all_the_way_gives_the_documented_default(template: Path, tmp_path: Path) -> None:
    with copying(template, tmp_path, *given({"project_name": "Orders API"})) as terminal:
        for name in IDENTITY[1:]:
            terminal.wait_for(questions()[name]["help"].splitlines()[0])
            terminal.press("Enter")
        for spec in CRITERIA.values():
            terminal.wait_for(spec["help"].splitlines()[0], "» I don't know")
            terminal.press("Enter")
        terminal.wait_for("(y/N)")
        terminal.press("Enter")
        terminal.wait_for("FastAPI by default: nothing is known yet.")
        terminal.press("Enter")
        terminal.wait_for(questions()["database"]["help"].splitlines()[0], "» PostgreSQL")
        terminal.press("Enter")
        terminal.wait_for(questions()["auth"]["help"].splitlines()[0], "» Who has logged in")
        terminal.press("Enter")
        terminal.wait_for(questions()["server"]["help"].splitlines()[0], "» uvicorn")
        terminal.press("Enter")
        terminal.wait_for(questions()["deploy"]["help"].splitlines()[0], "» ○ Kubernetes")
        terminal.press("Enter")
        terminal.wait_for(questions()["ci"]["help"].splitlines()[0], "» GitHub")
        terminal.press("Enter")
        terminal.wait_for("EXIT 0")
    kept = stored(tmp_path)
    assert (kept["framework"], kept["database"]) == ("fastapi", "postgresql")
    assert kept["auth"] == "jwt"
    assert (kept["server"], kept["deploy"], kept["ci"]) == ("uvicorn", [], "github")


def test_what_is_marked_is_where_it_is_deployed(template: Path, tmp_path: Path) -> None:
    answers = dict.fromkeys(CRITERIA, "unsure")
    options = named(framework="fastapi", **answers)
    with copying(template, tmp_path, *without(options, "deploy")) as terminal:
        asked = questions()["deploy"]
        labels = [*asked["choices"]]
        terminal.wait_for("» uvicorn")
        terminal.press("Enter")
        expect(terminal, asked["help"].splitlines())
        terminal.wait_for(f"» ○ {labels[0]}")
        terminal.press("Space", "Enter")
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["deploy"] == ["kubernetes"]


def test_who_runs_functions_gets_lambda_by_enter(template: Path, tmp_path: Path) -> None:
    answers = {**dict.fromkeys(CRITERIA, "unsure"), "serverless": "functions"}
    options = named(framework="flask", server="gunicorn", **answers)
    with copying(template, tmp_path, *without(options, "deploy")) as terminal:
        terminal.wait_for("» ○ Kubernetes", "● AWS Lambda")
        terminal.press("Enter")
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["deploy"] == ["lambda"]


def test_who_streams_cannot_mark_lambda_and_is_told_why(template: Path, tmp_path: Path) -> None:
    answers = dict.fromkeys(CRITERIA, "unsure")
    answers |= {"serverless": "functions", "interface": "realtime"}
    options = named(framework="fastapi", server="uvicorn", **answers)
    with copying(template, tmp_path, *without(options, "deploy")) as terminal:
        terminal.wait_for("» ○ Kubernetes", "no streams or WebSockets")
        terminal.press("Down", "Space", "Enter")  # There is but the one to go to.
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["deploy"] == ["kubernetes"]


@pytest.mark.parametrize(
    "answers",
    [
        LONGEST,
        {"legacy": "flask_mount", "interface": "realtime", "serverless": "wsgi_host"},
        {**dict.fromkeys(CRITERIA, "unsure")},
    ],
    ids=["longest", "contradiction", "nothing known"],
)
def test_the_framework_question_is_whole_on_one_screen(
    template: Path, tmp_path: Path, answers: dict[str, str]
) -> None:
    found = decide(answers)
    answers = {**dict.fromkeys(CRITERIA, "unsure"), **answers}
    with copying(template, tmp_path, *named(**answers)) as terminal:
        expect(terminal, [*say("rationale", found).splitlines(), *score_lines(found)])


def test_the_recommendation_can_be_overruled_with_the_arrow_keys(
    template: Path, tmp_path: Path
) -> None:
    answers = dict.fromkeys(CRITERIA, "unsure")
    with copying(template, tmp_path, *named(**answers)) as terminal:
        terminal.wait_for("» FastAPI")
        terminal.press("Down")
        terminal.wait_for("» Flask")
        terminal.press("Enter")
        terminal.wait_for("» gunicorn with threads")
        terminal.press("Enter")
        terminal.wait_for("Your choice; the recommendation was: FastAPI by default", "EXIT 0")
    assert stored(tmp_path)["framework"] == "flask"


def test_without_a_database_what_needs_one_is_shown_and_cannot_be_chosen(
    template: Path, tmp_path: Path
) -> None:
    known = dict.fromkeys(CRITERIA, "unsure") | {"framework": "fastapi", "database": "none"}
    options = without(named(**known), "auth")
    with copying(template, tmp_path, *options) as terminal:
        terminal.wait_for("tokens (JWT) (needs a database)", "» Everybody")
        terminal.press("Up")
        terminal.wait_for("» Who has a token")
        terminal.press("Up")
        terminal.wait_for("» Everybody")
        terminal.press("Enter")
        terminal.wait_for("» uvicorn")
        terminal.press("Enter")
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["auth"] == "none"


def test_weights_are_typed_and_checked_on_the_spot(template: Path, tmp_path: Path) -> None:
    answers = {**dict.fromkeys(CRITERIA, "unsure"), "team": "flask", "concurrency": "hundreds"}
    options = without(named(**answers), "tune_weights")
    with copying(template, tmp_path, *options) as terminal:
        terminal.wait_for("(y/N)")
        terminal.press("y")
        terminal.wait_for("team: 3}")
        terminal.press("BSpace", "BSpace", "7", "7", "}", "Enter")
        terminal.wait_for("The weight of team is '77'")
        terminal.press("BSpace", "BSpace", "}", "Enter")
        terminal.wait_for("» Flask")
        terminal.press("Enter")
        terminal.wait_for("» gunicorn with threads")
        terminal.press("Enter")
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["weights"]["team"] == 7


def test_a_bad_name_is_refused_while_it_is_typed(template: Path, tmp_path: Path) -> None:
    with copying(template, tmp_path) as terminal:
        terminal.wait_for("What is the service called?")
        terminal.press("{", "Enter")
        terminal.wait_for("holds a {")
        terminal.press("C-c")
        terminal.wait_for("EXIT")
    assert not (tmp_path / "orders-api").exists()


def test_alt_enter_counts_as_not_knowing_and_takes_the_recommendation(
    template: Path, tmp_path: Path
) -> None:
    answers = dict.fromkeys([*CRITERIA][1:], "unsure")
    options = given({**dict.fromkeys(IDENTITY, "orders"), "tune_weights": False, **answers})
    with copying(template, tmp_path, *options) as terminal:
        terminal.wait_for("» I don't know")
        terminal.press("M-Enter")
        terminal.wait_for("» FastAPI")
        terminal.press("M-Enter")
        terminal.wait_for("» PostgreSQL")
        terminal.press("M-Enter")
        terminal.wait_for("» Who has logged in")
        terminal.press("M-Enter")
        terminal.wait_for("» uvicorn")
        terminal.press("M-Enter")
        terminal.wait_for("» ○ Kubernetes")
        terminal.press("M-Enter")
        terminal.wait_for("» GitHub")
        terminal.press("M-Enter")
        terminal.wait_for("orders is made with FastAPI.", "EXIT 0")
    kept = stored(tmp_path)
    assert (kept["concurrency"], kept["framework"]) == ("unsure", "fastapi")
    assert kept["database"] == "postgresql"
    assert (tmp_path / "orders-api/src/orders/storage/postgresql.py").exists()
    assert (tmp_path / "orders-api/src/orders/services/accounts.py").exists()


def test_stopping_half_way_leaves_nothing_behind(template: Path, tmp_path: Path) -> None:
    with copying(template, tmp_path, *given({"project_name": "Orders API"})) as terminal:
        terminal.wait_for(questions()["project_slug"]["help"].splitlines()[0])
        terminal.press("C-c")
        terminal.wait_for("EXIT")
    assert not (tmp_path / "orders-api").exists()
