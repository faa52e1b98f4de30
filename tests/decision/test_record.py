"""The decision record is one page of clean Markdown, and states an override."""

import re
from pathlib import Path

import pytest

from decision.engine import decide, load_macros, load_matrix, render_macro
from tests.conftest import FRAMEWORKS, Render, answers

# The recommended and the chosen framework.
CHOICES = [("fastapi", "fastapi"), ("fastapi", "flask"), ("flask", "hybrid"), ("hybrid", "fastapi")]
LONGEST = {
    "concurrency": "tens", "ai_ml": "in_process", "legacy": "sync_libraries",
    "serverless": "containers", "team": "async", "interface": "pages",
}  # fmt: skip
LINES = 60  # of a printed page


def read_record(project: Path) -> str:
    return (project / "docs/decisions/0001-web-framework.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("recommended", "chosen"), CHOICES)
def test_record_is_one_page_of_clean_markdown(
    render: Render, recommended: str, chosen: str
) -> None:
    record = read_record(render(**answers(recommended), framework=chosen))
    assert len(record.splitlines()) <= LINES
    assert "\n\n\n" not in record and record.endswith("\n") and not record.endswith("\n\n")
    assert not re.search(r"[ \t]$|\{\{|\{%", record, re.MULTILINE)
    for table in re.findall(r"(?:^\|.*\n)+", record, re.MULTILINE):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(columns) == 1, table


@pytest.mark.parametrize(
    "levels", [LONGEST, {"serverless": "wsgi_host", "interface": "realtime"}], ids=str
)
def test_longest_record_is_one_page(render: Render, levels: dict[str, str]) -> None:
    assert len(read_record(render(**levels)).splitlines()) <= LINES


@pytest.mark.parametrize(("recommended", "chosen"), [c for c in CHOICES if c[0] != c[1]])
def test_override_is_recorded_with_both_scores(
    render: Render, recommended: str, chosen: str
) -> None:
    data = answers(recommended)
    record = read_record(render(**data, framework=chosen))
    decision = decide({name: data[name] for name in load_matrix()["criteria"]})
    label = load_matrix()["frameworks"][chosen]["label"]
    assert record.startswith(f"# 1. {label} ")
    assert f"overrides the recommendation: {render_macro('verdict', decision)}" in record
    assert re.search(
        rf"^\| {label}: .* \| {decision['scores'][chosen]} \| chosen", record, re.MULTILINE
    )


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_record_has_each_answer_and_each_reason(render: Render, framework: str) -> None:
    data = answers(framework)
    record = read_record(render(**data))
    for name, spec in load_matrix()["criteria"].items():
        row = f"| {spec['label']} | {spec['levels'][data[name]]['label']} | {spec['weight']} |"
        assert row in record
    decision = decide({name: data[name] for name in load_matrix()["criteria"]})
    for row in [*decision["reasons"], *decision["against"]]:
        assert row["because"] in record
        cell = load_matrix()["criteria"][row["criterion"]]["levels"][row["level"]][framework]
        assert cell.get("figure", "") in record


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("gh:owner/name", "https://github.com/owner/name/tree/HEAD/decision"),
        ("https://github.com/owner/name.git", "https://github.com/owner/name/tree/HEAD/decision"),
        ("git@github.com:owner/name.git", "https://github.com/owner/name/tree/HEAD/decision"),
        ("git+https://gitlab.com/a/b/c", "https://gitlab.com/a/b/c/-/tree/HEAD/decision"),
        ("/home/somebody/template", None),
    ],
)
def test_template_is_linked_if_it_has_an_address(source: str, link: str | None) -> None:
    expected = f"[`decision`]({link})" if link else "`decision`"
    assert load_macros().template_link(source, "decision") == expected
