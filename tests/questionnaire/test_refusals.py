"""Answers by --data: an invalid one is refused and leaves nothing, an unknown key is warned of."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from decision.engine import load_matrix
from tests.conftest import FRAMEWORKS, ROOT, copy, stored_answers

WEIGHTS = {name: spec["weight"] for name, spec in load_matrix()["criteria"].items()}
COMPUTED = "so answer"
# answers, a part of the reason; what excludes another answer is in tests/matrix
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"concurrency": "huge"}, "'huge' is not in"),
    ({"team": ""}, "'' is not in"),
    ({"framework": "django"}, "'django' is not in"),
    ({"database": "mysql"}, "'mysql' is not in"),
    ({"auth": "basic"}, "'basic' is not in"),
    ({"server": "waitress"}, "'waitress' is not in"),
    ({"deploy": ["heroku"]}, "'heroku' is not in"),
    ({"ci": "jenkins"}, "'jenkins' is not in"),
    ({"kit_tests": "perhaps"}, "true or false"),
    ({"weights": {"team": 3}}, "one number for each of"),
    ({"weights": 5}, "one number for each of"),
    ({"weights": {**WEIGHTS, "team": 11}}, "'11'"),
    ({"weights": {**WEIGHTS, "team": 1.5}}, "'1.5'"),
    ({"weights": {**WEIGHTS, "team": True}}, "'True'"),
    ({"weights": dict.fromkeys(WEIGHTS, 0)}, "Every weight is 0"),
    ({"weights": WEIGHTS, "tune_weights": False}, "tune_weights=true"),
    ({"layer": {"sql": "."}}, COMPUTED),
    ({"chosen_framework": "flask"}, COMPUTED),
    ({"decision": {}}, COMPUTED),
    ({"decision_matrix": {}}, "cannot be answered"),
]


@pytest.mark.parametrize(("given", "reason"), REFUSED, ids=str)
def test_invalid_answer_is_refused_in_one_line_and_leaves_nothing(
    template: Path, tmp_path: Path, given: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)) as refusal:
        copy(template, tmp_path / "project", **given)
    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "project").exists()


def copier_copy(template: Path, folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "copier", "copy", *options, str(template), str(folder)],
        check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_defaults_give_fastapi_and_an_unknown_key_is_warned_of(
    template: Path, tmp_path: Path
) -> None:
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
