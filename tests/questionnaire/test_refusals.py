"""Invalid answers in --data are refused, and unknown keys cause a warning."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from decision.engine import default_weights, load_questions, render_macro
from tests.conftest import FRAMEWORKS, ROOT, copy, stored_answers
from tests.questionnaire.terminal import COLUMNS

WEIGHTS = default_weights()
# answers, a part of the message; combinations that are refused are in tests/matrix
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"concurrency": "huge"}, "'huge' is not in"),
    ({"team": ""}, "'' is not in"),
    ({"framework": "django"}, "'django' is not in"),
    ({"database": "mysql"}, "'mysql' is not in"),
    ({"auth": "basic"}, "'basic' is not in"),
    ({"server": "waitress"}, "'waitress' is not in"),
    ({"deploy": ["heroku"]}, "'heroku' is not in"),
    ({"ci": "jenkins"}, "'jenkins' is not in"),
    ({"kit_tests": "perhaps"}, "'kit_tests'"),
    ({"asyncpg": "perhaps"}, "'asyncpg': Use true or false."),
    ({"asyncpg": True, "framework": "flask"}, "'asyncpg': It needs FastAPI and PostgreSQL."),
    ({"asyncpg": True, "database": "sqlite"}, "'asyncpg': It needs FastAPI and PostgreSQL."),
    ({"asyncpg": True, "database": "none"}, "'asyncpg': It needs FastAPI and PostgreSQL."),
    ({"weights": {"team": 3}}, "'weights'"),
    ({"weights": 5}, "'weights'"),
    ({"weights": {**WEIGHTS, "team": 11}}, "team, not 11"),
    ({"weights": {**WEIGHTS, "team": 1.5}}, "team, not 1.5"),
    ({"weights": {**WEIGHTS, "team": True}}, "team, not True"),
    ({"weights": dict.fromkeys(WEIGHTS, 0)}, "'weights'"),
    ({"weights": WEIGHTS, "tune_weights": False}, "tune_weights=true"),
    ({"layer": {"sql": "."}}, "'layer'"),
    ({"chosen_framework": "flask"}, "'chosen_framework'"),
    ({"decision": {}}, "'decision'"),
    ({"decision_matrix": {}}, "'decision_matrix'"),
]


@pytest.mark.parametrize(("answers", "part"), REFUSED, ids=str)
def test_invalid_answer_is_refused_on_one_line(
    template: Path, tmp_path: Path, answers: dict[str, Any], part: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(part)) as refusal:
        copy(template, tmp_path / "project", **answers)
    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "project").exists()


def test_every_computed_value_is_refused() -> None:
    computed = [spec for spec in load_questions().values() if spec.get("when") is False]
    assert computed and all("{" not in spec["validator"] for spec in computed)


@pytest.mark.parametrize(
    "weights",
    [5, {"team": 3}, dict.fromkeys(WEIGHTS, 0), {**WEIGHTS, "concurrency": "a" * 80}],
    ids=str,
)
def test_message_for_invalid_weights_fits_one_line_of_the_terminal(weights: Any) -> None:
    message = render_macro("weights_problem", weights)
    assert message.endswith(".")
    assert len(f"Validation error for question 'weights': {message}") <= COLUMNS


def copier_copy(template: Path, folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "copier", "copy", *options, str(template), str(folder)],
        check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_unknown_key_causes_a_warning(template: Path, tmp_path: Path) -> None:
    done = copier_copy(template, tmp_path / "project", "--defaults", "--data", "framwork=flask")
    assert done.returncode == 0
    assert "WARNING: framwork" in done.stderr
    assert stored_answers(tmp_path / "project")["framework"] == "fastapi"


def test_without_a_terminal_and_without_defaults_nothing_is_written(
    template: Path, tmp_path: Path
) -> None:
    done = copier_copy(template, tmp_path / "project")
    assert done.returncode == 1
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_data_file_leads_to_its_framework(template: Path, tmp_path: Path, framework: str) -> None:
    file = f"--data-file={ROOT / f'tests/answers/{framework}.yml'}"
    weights = ", ".join(f"{name}: {weight}" for name, weight in WEIGHTS.items())
    options = ["--defaults", file, f"--data=weights={{{weights}}}"]
    done = copier_copy(template, tmp_path / "project", *options)
    assert done.returncode == 0
    assert "WARNING" not in done.stderr
    assert "uv run orders-api serve" in done.stderr
    assert stored_answers(tmp_path / "project")["framework"] == framework
