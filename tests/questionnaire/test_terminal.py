"""The questionnaire in a real terminal of 80x24: `copier copy`, operated by keys."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from decision.answers import questions
from decision.engine import Decision, decide, default_weights, load_matrix, render_macro
from tests.conftest import stored_answers
from tests.matrix.choices import CLASHES
from tests.questionnaire.terminal import Terminal, require_tmux

pytestmark = pytest.mark.slow

CRITERIA = load_matrix()["criteria"]
UNSURE = dict.fromkeys(CRITERIA, "unsure")
IDENTITY = ["project_name", "project_slug", "package_name", "description"]
# For each criterion, how often to press Up from "I don't know".
UPS = {"concurrency": 1, "ai_ml": 3, "legacy": 2, "serverless": 4, "team": 2, "interface": 3}
LEVELS = {name: [*CRITERIA[name]["levels"]][-1 - up] for name, up in UPS.items()}
LONGEST = {
    "concurrency": "tens", "ai_ml": "in_process", "legacy": "sync_libraries",
    "serverless": "containers", "team": "async", "interface": "pages",
}  # fmt: skip
CONFLICT = {"legacy": "flask_mount", "interface": "realtime", "serverless": "wsgi_host"}
# A question, an invalid answer, and the answers that lead to the question.
INVALID = [
    ("project_name", "{", {}),
    ("project_slug", "uvicorn", {}),
    ("package_name", "nul", {}),
    ("description", "x" * 121, {}),
    ("legacy_app", "shop.web", {"framework": "hybrid"}),
]
# One reason for each choice that can be disabled; with SQLite, `deploy` is not asked at all.
DISABLED = {
    clash[:2]: clash for clash in CLASHES if "hybrid" not in clash and "sqlite" not in clash
}.values()


@contextmanager
def copying(template: Path, folder: Path, answers: dict[str, Any]) -> Iterator[Terminal]:
    """Run `copier copy` with these answers; the other questions are asked."""
    require_tmux()
    data = [part for name, value in answers.items() for part in ("--data", f"{name}={value}")]
    command = [sys.executable, "-m", "copier", "copy", *data, str(template), "orders-api"]
    with Terminal(command, folder) as terminal:
        yield terminal


def all_but(*names: str, **answers: Any) -> dict[str, Any]:
    """Return answers to all questions but these, and but the framework and the server."""
    others = {"tune_weights": False, "database": "none", "auth": "none", "deploy": "[]"}
    complete = {**dict.fromkeys(IDENTITY, "orders"), **UNSURE, **others, "ci": "github", **answers}
    return {name: value for name, value in complete.items() if name not in names}


def stored(folder: Path) -> dict[str, Any]:
    return stored_answers(folder / "orders-api")


def label(question: str, choice: str) -> str:
    """Return the text of a choice."""
    choices: dict[str, Any] = questions()[question]["choices"]
    values = {
        name: spec["value"] if isinstance(spec, dict) else spec for name, spec in choices.items()
    }
    return next(name for name, value in values.items() if value == choice)


def help_lines(question: str) -> list[str]:
    text: str = questions()[question]["help"]
    return text.splitlines()


def score_lines(decision: Decision) -> list[str]:
    return [render_macro("score_line", decision, name) for name in load_matrix()["frameworks"]]


def expect(terminal: Terminal, lines: list[str]) -> None:
    """Wait until each line is on the screen as a whole, neither wrapped nor cut off."""
    expected = [line.strip() for line in lines if line.strip()]

    def missing(screen: str) -> list[str]:
        rows = {row.strip(" »🎤") for row in screen.splitlines()}
        return [line for line in expected if line not in rows]

    terminal.wait_until(lambda screen: not missing(screen), f"These whole lines: {expected}")


def test_questions_fit_the_screen_and_answers_are_stored(template: Path, tmp_path: Path) -> None:
    decision = decide(LEVELS)
    with copying(template, tmp_path, {}) as terminal:
        for name in IDENTITY:
            expect(terminal, help_lines(name))
            terminal.press("Enter")
        for name, spec in CRITERIA.items():
            labels = [level["label"] for level in spec["levels"].values()]
            expect(terminal, [*spec["help"].splitlines(), *labels])
            terminal.press(*["Up"] * UPS[name], "Enter")
        expect(terminal, [*help_lines("tune_weights"), "(y/N)"])
        terminal.press("n")
        rationale = render_macro("rationale", decision).splitlines()
        expect(terminal, [*rationale, *score_lines(decision)])
        terminal.press("Enter")
        expect(terminal, help_lines("legacy_app"))
        terminal.press("Enter")
        for name in ("database", "auth"):
            expect(terminal, [*help_lines(name), *questions()[name]["choices"]])
            terminal.press("Down", "Enter")
        expect(terminal, help_lines("server"))
        terminal.press("Down", "Enter")
        expect(terminal, [*help_lines("ci"), *questions()["ci"]["choices"]])
        terminal.press("Down", "Enter")
        terminal.wait_for("uv run orders-api serve", "EXIT 0")
    answers = stored(tmp_path)
    assert {name: answers[name] for name in CRITERIA} == LEVELS
    assert answers["framework"] == decision["recommendation"] == "hybrid"
    assert (answers["database"], answers["auth"], answers["ci"]) == ("sqlite", "api_key", "gitlab")
    assert answers["server"] == "hypercorn"


@pytest.mark.parametrize("key", ["Enter", "M-Enter"])
def test_enter_accepts_the_defaults(template: Path, tmp_path: Path, key: str) -> None:
    """Alt+Enter answers a list with nothing, which counts as the default too."""
    answers = {**dict.fromkeys(IDENTITY, "orders"), "tune_weights": False}
    with copying(template, tmp_path, answers) as terminal:
        for spec in CRITERIA.values():
            terminal.wait_for(spec["help"].splitlines()[0], "» I don't know")
            terminal.press("Enter")
        terminal.wait_for("» FastAPI")
        terminal.press(key)
        for question, choice in {
            "database": label("database", "postgresql"), "auth": label("auth", "jwt"),
            "server": "uvicorn", "deploy": f"○ {label('deploy', 'kubernetes')}",
            "ci": label("ci", "github"),
        }.items():  # fmt: skip
            terminal.wait_for(f"» {choice}", help_lines(question)[0])
            terminal.press(key)
        terminal.wait_for("EXIT 0")
    assert (stored(tmp_path)["framework"], stored(tmp_path)["database"]) == (
        "fastapi",
        "postgresql",
    )
    project = tmp_path / "orders-api"
    assert (project / "src/orders/migrations").exists()
    assert "JWT_KEYS" in (project / "env.example").read_text()


def test_several_deployment_targets_can_be_selected(template: Path, tmp_path: Path) -> None:
    answers = all_but("deploy", serverless="functions", framework="flask", server="gunicorn")
    with copying(template, tmp_path, answers) as terminal:
        expect(terminal, help_lines("deploy"))
        kubernetes, functions = (label("deploy", place) for place in ("kubernetes", "lambda"))
        terminal.wait_for(f"» ○ {kubernetes}", f"● {functions}")
        terminal.press("Space", "Enter")
        terminal.wait_for("EXIT 0")
    assert {*stored(tmp_path)["deploy"]} == {"kubernetes", "lambda"}


@pytest.mark.parametrize("levels", [LONGEST, CONFLICT], ids=["longest", "conflict"])
def test_framework_question_fits_the_screen(
    template: Path, tmp_path: Path, levels: dict[str, str]
) -> None:
    decision = decide(levels)
    with copying(template, tmp_path, all_but(**levels)) as terminal:
        rationale = render_macro("rationale", decision).splitlines()
        expect(terminal, [*rationale, *score_lines(decision)])


def test_another_framework_can_be_chosen(template: Path, tmp_path: Path) -> None:
    with copying(template, tmp_path, all_but(server="gunicorn")) as terminal:
        terminal.wait_for("» FastAPI")
        terminal.press("Down")
        terminal.wait_for("» Flask")
        terminal.press("Enter")
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["framework"] == "flask"


@pytest.mark.parametrize("clash", DISABLED, ids=str)
def test_disabled_choice_fits_the_screen_with_its_reason(
    template: Path, tmp_path: Path, clash: tuple[str, str, str, str]
) -> None:
    question, choice, other, answer = clash
    answers = {"framework": "fastapi", "server": "uvicorn", other: answer}
    answers = all_but(question, **{name: answers[name] for name in answers if name != question})
    with copying(template, tmp_path, answers) as terminal:
        terminal.wait_for(help_lines(question)[0])
        expect(terminal, [f"- {label(question, choice)} ({CLASHES[clash]})"])


def test_disabled_choice_is_skipped(template: Path, tmp_path: Path) -> None:
    answers = all_but("auth", framework="fastapi", server="uvicorn")
    with copying(template, tmp_path, answers) as terminal:
        terminal.wait_for(f"» {label('auth', 'none')}")
        terminal.press("Up")
        terminal.wait_for(f"» {label('auth', 'oidc')}")
        terminal.press("Up")
        terminal.wait_for(f"» {label('auth', 'none')}")
        terminal.press("Enter")
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["auth"] == "none"


@pytest.mark.parametrize(("question", "value", "answers"), INVALID, ids=[i[0] for i in INVALID])
def test_invalid_text_is_refused_with_a_message_that_fits_the_screen(
    template: Path, tmp_path: Path, question: str, value: str, answers: dict[str, str]
) -> None:
    with copying(template, tmp_path, all_but(question, **answers)) as terminal:
        terminal.wait_for(help_lines(question)[0])
        terminal.press("C-u", value, "Enter")
        prefix = f"Validation error for question '{question}': "
        screen = terminal.wait_for(prefix)
        assert screen.rstrip().endswith("."), screen  # The end of the message, on the last row.
        terminal.press("C-c")
        terminal.wait_for("EXIT")
    assert not (tmp_path / "orders-api").exists()


def test_weights_are_validated_while_they_are_edited(template: Path, tmp_path: Path) -> None:
    answers = all_but(
        "tune_weights",
        team="flask",
        concurrency="hundreds",
        framework="flask",
        server="gunicorn",
    )
    with copying(template, tmp_path, answers) as terminal:
        terminal.wait_for("(y/N)")
        terminal.press("y")
        expect(terminal, help_lines("weights"))
        terminal.wait_for("team: 3}")
        terminal.press("BSpace", "BSpace", "7", "7", "}", "Enter")
        message = render_macro("weights_problem", {**default_weights(), "team": 77})
        expect(terminal, [f"Validation error for question 'weights': {message}"])
        terminal.press("BSpace", "BSpace", "}", "Enter")
        terminal.wait_for("EXIT 0")
    assert stored(tmp_path)["weights"]["team"] == 7
