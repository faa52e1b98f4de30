"""The questionnaire as somebody sees it: a real `copier copy`, real keys, 80 by 24."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from decision.answers import questions
from decision.engine import Decision, decide, load_matrix, render_macro
from tests.conftest import stored_answers
from tests.matrix.choices import CLASHES
from tests.questionnaire.terminal import Terminal, require_tmux

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

CONTRADICTION = {"legacy": "flask_mount", "interface": "realtime", "serverless": "wsgi_host"}


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
    return stored_answers(folder / "orders-api")


def label(question: str, choice: str) -> str:
    """Return the text of a choice on the screen."""
    choices: dict[str, Any] = questions()[question]["choices"]
    values = {name: at["value"] if isinstance(at, dict) else at for name, at in choices.items()}
    return next(name for name, value in values.items() if value == choice)


def first_line(question: str) -> str:
    text: str = questions()[question]["help"].splitlines()[0]
    return text


def score_lines(found: Decision) -> list[str]:
    return [render_macro("score_line", found, name) for name in load_matrix()["frameworks"]]


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
    found = decide(LEVELS)
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
        expect(terminal, [*render_macro("rationale", found).splitlines(), *score_lines(found)])
        terminal.press("Enter")
        expect(terminal, questions()["legacy_app"]["help"].splitlines())
        terminal.press("Enter")
        for name in ("database", "auth"):
            expect(
                terminal, [*questions()[name]["help"].splitlines(), *questions()[name]["choices"]]
            )
            terminal.press("Down", "Enter")
        expect(terminal, questions()["server"]["help"].splitlines())
        terminal.wait_for(CLASHES["server", "gunicorn", "framework", "hybrid"])
        terminal.press("Down", "Enter")
        expect(terminal, [*questions()["ci"]["help"].splitlines(), *questions()["ci"]["choices"]])
        terminal.press("Down", "Enter")
        terminal.wait_for("uv run orders-api serve", "EXIT 0")
    kept = stored(tmp_path)
    assert {name: kept[name] for name in CRITERIA} == LEVELS
    assert kept["framework"] == found["recommendation"] == "hybrid"
    assert (kept["database"], kept["auth"], kept["ci"]) == ("sqlite", "api_key", "gitlab")
    assert kept["server"] == "hypercorn"


@pytest.mark.parametrize("key", ["Enter", "M-Enter"])
def test_pressing_enter_all_the_way_takes_what_is_proposed(
    template: Path, tmp_path: Path, key: str
) -> None:
    """Alt+Enter answers a choice with nothing, which counts as the proposal too."""
    options = given({**dict.fromkeys(IDENTITY, "orders"), "tune_weights": False})
    with copying(template, tmp_path, *options) as terminal:
        for spec in CRITERIA.values():
            terminal.wait_for(spec["help"].splitlines()[0], "» I don't know")
            terminal.press("Enter")
        for question, choice in {
            "framework": "FastAPI", "database": label("database", "postgresql"),
            "auth": label("auth", "jwt"), "server": "uvicorn",
            "deploy": f"○ {label('deploy', 'kubernetes')}", "ci": label("ci", "github"),
        }.items():  # fmt: skip
            terminal.wait_for(f"» {choice}", *([first_line(question)] * (question != "framework")))
            terminal.press(key)
        terminal.wait_for("EXIT 0")
    kept = stored(tmp_path)
    assert (kept["framework"], kept["database"]) == ("fastapi", "postgresql")
    project = tmp_path / "orders-api"
    assert (project / "src/orders/migrations").exists()
    assert "JWT_KEYS" in (project / "env.example").read_text()


def test_marked_places_are_where_it_is_deployed(template: Path, tmp_path: Path) -> None:
    answers = {**dict.fromkeys(CRITERIA, "unsure"), "serverless": "functions"}
    options = named(framework="flask", server="gunicorn", **answers)
    with copying(template, tmp_path, *without(options, "deploy")) as terminal:
        expect(terminal, questions()["deploy"]["help"].splitlines())
        kubernetes, functions = (label("deploy", place) for place in ("kubernetes", "lambda"))
        terminal.wait_for(f"» ○ {kubernetes}", f"● {functions}")
        terminal.press("Space", "Enter")
        terminal.wait_for("EXIT 0")
    assert {*stored(tmp_path)["deploy"]} == {"kubernetes", "lambda"}


@pytest.mark.parametrize("answers", [LONGEST, CONTRADICTION], ids=["longest", "contradiction"])
def test_framework_question_is_whole_on_one_screen(
    template: Path, tmp_path: Path, answers: dict[str, str]
) -> None:
    found = decide(answers)
    answers = {**dict.fromkeys(CRITERIA, "unsure"), **answers}
    with copying(template, tmp_path, *named(**answers)) as terminal:
        expect(terminal, [*render_macro("rationale", found).splitlines(), *score_lines(found)])


def test_recommendation_can_be_overruled_with_the_arrow_keys(
    template: Path, tmp_path: Path
) -> None:
    answers = dict.fromkeys(CRITERIA, "unsure")
    with copying(template, tmp_path, *named(server="gunicorn", **answers)) as terminal:
        terminal.wait_for("» FastAPI")
        terminal.press("Down")
        terminal.wait_for("» Flask")
        terminal.press("Enter")
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["framework"] == "flask"


def test_choice_that_is_excluded_is_shown_and_cannot_be_chosen(
    template: Path, tmp_path: Path
) -> None:
    known = dict.fromkeys(CRITERIA, "unsure") | {"framework": "fastapi", "database": "none"}
    options = without(named(server="uvicorn", **known), "auth")
    with copying(template, tmp_path, *options) as terminal:
        because = CLASHES["auth", "jwt", "database", "none"]
        terminal.wait_for(f"({because})", f"» {label('auth', 'none')}")
        terminal.press("Up")
        terminal.wait_for(f"» {label('auth', 'oidc')}")
        terminal.press("Up")
        terminal.wait_for(f"» {label('auth', 'none')}")
        terminal.press("Enter")
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["auth"] == "none"


def test_weights_are_typed_and_checked_on_the_spot(template: Path, tmp_path: Path) -> None:
    answers = {**dict.fromkeys(CRITERIA, "unsure"), "team": "flask", "concurrency": "hundreds"}
    options = without(named(server="gunicorn", framework="flask", **answers), "tune_weights")
    with copying(template, tmp_path, *options) as terminal:
        terminal.wait_for("(y/N)")
        terminal.press("y")
        terminal.wait_for("team: 3}")
        terminal.press("BSpace", "BSpace", "7", "7", "}", "Enter")
        terminal.wait_for("'77'")
        terminal.press("BSpace", "BSpace", "}", "Enter")
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["weights"]["team"] == 7


def test_bad_name_is_refused_while_it_is_typed_and_ctrl_c_leaves_nothing(
    template: Path, tmp_path: Path
) -> None:
    with copying(template, tmp_path) as terminal:
        terminal.wait_for(first_line("project_name"))
        terminal.press("{", "Enter")
        terminal.wait_for("holds a {")
        terminal.press("C-c")
        terminal.wait_for("EXIT")
    assert not (tmp_path / "orders-api").exists()
