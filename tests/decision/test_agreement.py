"""Copier, the command line and the decision record say the same."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from decision.engine import ROOT, decide, load_matrix, render_macro
from tests.conftest import FRAMEWORKS, Render, answers

SAMPLE: list[dict[str, str]] = [
    {},
    {"legacy": "flask_mount", "concurrency": "tens", "team": "flask", "interface": "pages"},
    {"serverless": "wsgi_host", "interface": "realtime", "concurrency": "thousands"},
    {"legacy": "flask_mount", "interface": "realtime"},
    {"team": "flask", "concurrency": "hundreds"},
    {"concurrency": "tens", "ai_ml": "in_process", "legacy": "sync_libraries",
     "serverless": "containers", "team": "async", "interface": "pages"},
]  # fmt: skip


def record(project: Path) -> str:
    return (project / "docs/decisions/0001-web-framework.md").read_text(encoding="utf-8")


def stored(project: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((project / ".copier-answers.yml").read_text())
    return content


def by_command_line(given: dict[str, str]) -> dict[str, Any]:
    flags = [f"--{name.replace('_', '-')}={level}" for name, level in given.items()]
    done = subprocess.run(
        [sys.executable, "-m", "decision", "--json", "--defaults", *flags],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    content: dict[str, Any] = json.loads(done.stdout)
    return content


@pytest.mark.parametrize("given", SAMPLE)
def test_copier_the_command_line_and_the_record_agree(
    render: Render, given: dict[str, str]
) -> None:
    expected = decide(given)
    project = render(**given)
    assert by_command_line(given) == {**expected, "framework": expected["recommendation"]}
    assert stored(project)["framework"] == expected["recommendation"]
    text = record(project)
    assert f"- {render_macro('verdict', expected)}" in text
    assert all(f"- {render_macro('flip', row)}" in text for row in expected["flips"][:12])
    for name, spec in load_matrix()["frameworks"].items():
        score = expected["scores"][name] if expected["known_share"] else "not scored"
        assert re.search(rf"^\| {spec['label']}: .* \| {score} \|", text, re.MULTILINE)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_shipped_answers_lead_to_their_framework(render: Render, framework: str) -> None:
    given = answers(framework)
    levels = {name: level for name, level in given.items() if name in load_matrix()["criteria"]}
    assert decide(levels)["recommendation"] == framework
    assert stored(render(**given))["framework"] == framework
