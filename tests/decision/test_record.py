"""The decision record is complete, clean Markdown, and honest about an override."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from decision.engine import ROOT, decide, load_matrix
from tests.conftest import FRAMEWORKS, Render, answers

HEADINGS = [
    "Status", "Context", "Decision drivers", "Considered options", "Decision outcome",
    "What would change it", "Evidence",
]  # fmt: skip
# What is recommended, and what is chosen.
CHOICES = [("fastapi", "fastapi"), ("fastapi", "flask"), ("flask", "hybrid"), ("hybrid", "fastapi")]


def cited() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        (ROOT / "decision/evidence/cited.yml").read_text(encoding="utf-8")
    )
    return content


def record(project: Path) -> str:
    return (project / "docs/decisions/0001-web-framework.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("recommended", "chosen"), CHOICES)
def test_the_record_is_clean_markdown_with_every_part(
    render: Render, recommended: str, chosen: str
) -> None:
    text = record(render(**answers(recommended), framework=chosen))
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    assert text.startswith(f"# 1. {load_matrix()['frameworks'][chosen]['label']} as the web")
    assert "\n\n\n" not in text and text.endswith("\n") and not text.endswith("\n\n")
    assert not re.search(r"[ \t]$|\{\{|\{%", text, re.MULTILINE)
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(columns) == 1, block


@pytest.mark.parametrize(("recommended", "chosen"), [c for c in CHOICES if c[0] != c[1]])
def test_an_override_is_recorded_with_the_scores_it_went_against(
    render: Render, recommended: str, chosen: str
) -> None:
    given = answers(recommended)
    text = record(render(**given, framework=chosen))
    scores = decide({k: v for k, v in given.items() if k != "project_name"})["scores"]
    assert f"({scores[recommended]} of 100), with a score of {scores[chosen]}" in text


def test_the_record_cites_the_reason_and_the_source_of_every_number_it_used(
    render: Render,
) -> None:
    given = answers("hybrid")
    text = record(render(**given))
    matrix, figures = load_matrix(), cited()["figures"]
    for name, spec in matrix["criteria"].items():
        for framework in FRAMEWORKS:
            cell = spec["levels"][given[name]][framework]
            row = f"| {cell['points']} | {cell['because']} | "
            assert row in text
            assert matrix["sources"][cell["source"]]["title"] in text
            if "figure" in cell:
                assert f"; measured: `{cell['figure']}` {figures[cell['figure']]} |" in text
    assert all(f"| {claim['verdict']} | {claim['against']}" in text for claim in cited()["claims"])


def test_the_record_shows_what_was_measured_on_light_pages_and_on_dark_ones(render: Render) -> None:
    project = render()
    for theme in ("light", "dark"):
        assert f'"throughput-{theme}.svg"' in record(project)
        drawn = (project / f"docs/decisions/throughput-{theme}.svg").read_text(encoding="utf-8")
        assert drawn == (ROOT / f"decision/evidence/throughput-{theme}.svg").read_text(
            encoding="utf-8"
        )
