"""Copier, the command line and the decision record agree."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from decision.engine import ROOT, decide, load_matrix, render_macro
from tests.conftest import FRAMEWORKS, Render, answers, stored_answers

SAMPLE: list[dict[str, str]] = [
    {},
    {"legacy": "flask_mount", "concurrency": "tens", "team": "flask", "interface": "pages"},
    {"serverless": "wsgi_host", "interface": "realtime", "concurrency": "thousands"},
    {"legacy": "flask_mount", "interface": "realtime"},
    {"team": "flask", "concurrency": "hundreds"},
    {"concurrency": "tens", "ai_ml": "in_process", "legacy": "sync_libraries",
     "serverless": "containers", "team": "async", "interface": "pages"},
]  # fmt: skip


def run_command_line(levels: dict[str, str]) -> dict[str, Any]:
    flags = [f"--{name.replace('_', '-')}={level}" for name, level in levels.items()]
    done = subprocess.run(
        [sys.executable, "-m", "decision", "--json", "--defaults", *flags],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    content: dict[str, Any] = json.loads(done.stdout)
    return content


def read_record(project: Path) -> str:
    return (project / "docs/decisions/0001-web-framework.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("levels", SAMPLE, ids=str)
def test_copier_the_command_line_and_the_record_agree(
    render: Render, levels: dict[str, str]
) -> None:
    decision = decide(levels)
    project = render(**levels)
    assert run_command_line(levels) == {**decision, "framework": decision["recommendation"]}
    assert stored_answers(project)["framework"] == decision["recommendation"]
    record = read_record(project)
    assert render_macro("verdict", decision) in record
    assert all(render_macro("reason", row) in record for row in decision["reasons"])
    shown = load_matrix()["shown"]["document_flips"]
    assert all(f"- {render_macro('flip', row)}" in record for row in decision["flips"][:shown])
    for name, spec in load_matrix()["frameworks"].items():
        score = decision["scores"][name] if decision["known_share"] else "none"
        assert re.search(rf"^\| {spec['label']}: .* \| {score} \|", record, re.MULTILINE)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_example_answers_lead_to_their_framework(render: Render, framework: str) -> None:
    data = answers(framework)
    levels = {name: level for name, level in data.items() if name in load_matrix()["criteria"]}
    assert decide(levels)["recommendation"] == framework
    assert stored_answers(render(**data))["framework"] == framework
