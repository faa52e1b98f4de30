"""Answers by --data: what is refused says why and leaves nothing; what is unknown is warned of."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml

from decision.answers import questions
from decision.engine import load_matrix
from tests.conftest import ROOT, Render, answers, fast_copier, working_tree

WEIGHTS = {name: spec["weight"] for name, spec in load_matrix()["criteria"].items()}
# answers, what the last line says
REFUSED = [
    ({"concurrency": "huge"}, "'huge' is not in ['tens', 'hundreds', 'thousands', 'unsure']"),
    ({"team": ""}, "'' is not in ['flask', 'mixed', 'async', 'learning', 'unsure']"),
    ({"framework": "django"}, "'django' is not in ['fastapi', 'flask', 'hybrid']"),
    ({"database": "mysql"}, "'mysql' is not in ['postgresql', 'sqlite', 'none']"),
    ({"sql": "."}, "'sql': It follows from the database, so answer that one instead."),
    ({"weights": {"team": 3}}, "The weights need one number for each of concurrency, ai_ml"),
    ({"weights": 5}, "The weights need one number for each of concurrency, ai_ml"),
    ({"weights": {**WEIGHTS, "team": 11}}, "The weight of team is '11': it must be"),
    ({"weights": {**WEIGHTS, "team": 1.5}}, "The weight of team is '1.5': it must be"),
    ({"weights": {**WEIGHTS, "team": True}}, "The weight of team is 'True': it must be"),
    ({"weights": dict.fromkeys(WEIGHTS, 0)}, "Every weight is 0: at least one must count."),
    ({"weights": WEIGHTS, "tune_weights": False}, "Weights count only with tune_weights=true."),
    ({"framework": "hybrid", "legacy_app": "x y"}, "The Flask application 'x y' is no import path"),
    ({"framework": "hybrid", "legacy_app": "shop.web"}, "'shop.web' is no import path"),
    ({"framework": "hybrid", "legacy_app": "a:b(1)"}, "'a:b(1)' is no import path"),
    ({"fastapi": "yes"}, "'fastapi': It follows from the framework, so answer that one instead."),
    ({"auth": "jwt", "database": "none"}, "Invalid choice for 'auth': needs a database"),
    ({"auth": "api_key", "database": "none"}, "Invalid choice for 'auth': needs a database"),
    ({"auth": "basic"}, "'basic' is not in ['jwt', 'api_key', 'oidc', 'none']"),
    (
        {"server": "waitress"},
        "'waitress' is not in ['uvicorn', 'gunicorn_asgi', 'granian', 'hypercorn']",
    ),
    ({"framework": "flask", "server": "uvicorn"}, "'server': is for FastAPI"),
    ({"framework": "flask", "server": "gunicorn_asgi"}, "'server': is for FastAPI"),
    (
        {"framework": "flask", "server": "granian"},
        "'server': lets slow bodies hold the threads of Flask",
    ),
    ({"framework": "flask", "server": "hypercorn"}, "'server': is for FastAPI"),
    ({"framework": "hybrid", "server": "gunicorn"}, "'server': is for Flask alone"),
    ({"framework": "fastapi", "server": "gevent"}, "'server': is for Flask alone"),
    ({"deploy": ["heroku"]}, "'heroku' is not in ['kubernetes', 'lambda']"),
    ({"deploy": ["kubernetes"], "database": "sqlite"}, "needs PostgreSQL, or no database"),
    ({"deploy": ["lambda"], "database": "sqlite"}, "needs PostgreSQL, or no database"),
    ({"deploy": ["lambda"], "interface": "realtime"}, "no streams or WebSockets"),
    ({"aws_lambda": "."}, "It follows from the answer to deploy, so answer that one instead."),
    ({"ci": "jenkins"}, "'jenkins' is not in ['github', 'gitlab', 'none']"),
    ({"serves": "gevent"}, "It follows from the server, so answer that one instead."),
    ({"kubernetes": "."}, "It follows from the answer to deploy, so answer that one instead."),
    ({"chosen": "flask"}, "'chosen': It follows from the framework, so answer that one instead."),
    ({"decision": {}}, "'decision': It follows from the criteria, so answer those instead."),
    ({"decision_matrix": {}}, "It is decision/matrix.yml itself and cannot be answered."),
]


@pytest.mark.parametrize(("given", "sentence"), REFUSED)
def test_an_answer_that_cannot_be_is_refused_in_one_line_and_leaves_nothing(
    template: Path, tmp_path: Path, given: dict[str, Any], sentence: str
) -> None:
    with fast_copier(), pytest.raises(ValueError, match=re.escape(sentence)) as refusal:
        copier.run_copy(str(template), tmp_path / "project", data=given, defaults=True, quiet=True)
    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "project").exists()


def copy(template: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "copier", "copy", *options, str(template), str(folder)],
        check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_defaults_without_any_answer_give_fastapi(template: Path, tmp_path: Path) -> None:
    done = copy(template, tmp_path / "project", "--defaults")
    assert done.returncode == 0
    kept = yaml.safe_load((tmp_path / "project/.copier-answers.yml").read_text())
    assert kept["framework"] == "fastapi"


def test_an_unknown_key_is_warned_of(template: Path, tmp_path: Path) -> None:
    done = copy(template, tmp_path / "project", "--defaults", "--data", "framwork=flask")
    assert "WARNING: framwork is no question of this template" in done.stderr


def test_known_keys_raise_no_warning(template: Path, tmp_path: Path) -> None:
    weights = ", ".join(f"{name}: {weight}" for name, weight in WEIGHTS.items())
    done = copy(template, tmp_path / "project", "--defaults", "--data", f"weights={{{weights}}}")
    assert done.returncode == 0 and "WARNING" not in done.stderr


def test_without_a_terminal_and_without_defaults_nothing_is_written(
    template: Path, tmp_path: Path
) -> None:
    done = copy(template, tmp_path / "project")
    assert done.returncode == 1
    assert "Interactive session required" in done.stderr
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize("framework", ["fastapi", "flask", "hybrid"])
def test_a_data_file_gives_its_framework(template: Path, tmp_path: Path, framework: str) -> None:
    file = ROOT / f"tests/answers/{framework}.yml"
    done = copy(template, tmp_path / "project", "--defaults", "--data-file", str(file))
    assert done.returncode == 0
    label = load_matrix()["frameworks"][framework]["label"]
    assert f"Orders API is made with {label}." in done.stderr
    assert "uv run orders-api serve" in done.stderr


@pytest.mark.parametrize("framework", ["fastapi", "flask", "hybrid"])
def test_the_answers_file_holds_the_asked_questions_and_no_others(
    render: Render, framework: str
) -> None:
    kept = yaml.safe_load((render(**answers(framework)) / ".copier-answers.yml").read_text())
    not_asked = {"weights"} if framework == "hybrid" else {"weights", "legacy_app"}
    assert {name for name in kept if not name.startswith("_")} == {*questions()} - not_asked


def test_nothing_in_the_template_needs_trust() -> None:
    config = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    needs = {"_tasks", "_migrations", "_jinja_extensions", "_external_data", "_secret_questions"}
    assert needs.isdisjoint(config)
    assert not any(spec.get("secret") for name, spec in config.items() if name[0] != "_")


def test_no_file_at_the_root_hides_one_of_the_template() -> None:
    files = {path.as_posix() for path in working_tree()}
    inner = {name.removeprefix("template/") for name in files if name.startswith("template/")}
    assert not [name for name in inner if f"{name}.jinja" in files]
    assert not [name for name in inner if name.endswith(".jinja") and name in files]
