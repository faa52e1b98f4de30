"""The matrix is complete, and every number in it has a reason and a source."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from decision.engine import ROOT, load_matrix

MATRIX = load_matrix()
TEXT = (ROOT / "decision/matrix.yml").read_text(encoding="utf-8")
LEVELS = {
    "concurrency": ["tens", "hundreds", "thousands", "unsure"],
    "ai_ml": ["none", "remote", "in_process", "batch", "unsure"],
    "legacy": ["none", "flask_inplace", "flask_mount", "sync_libraries", "unsure"],
    "serverless": ["no", "containers", "functions", "wsgi_host", "unsure"],
    "team": ["flask", "mixed", "async", "learning", "unsure"],
    "interface": ["api", "realtime", "pages", "unsure"],
}


def cells() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for criterion, spec in MATRIX["criteria"].items():
        for level, at in spec["levels"].items():
            if level != "unsure":
                for framework in MATRIX["frameworks"]:
                    yield criterion, level, framework, at[framework]


CELLS = [pytest.param(cell, id=f"{c}-{lv}-{f}") for c, lv, f, cell in cells()]


def test_criteria_and_levels_keep_their_names_and_order() -> None:
    levels = {name: list(spec["levels"]) for name, spec in MATRIX["criteria"].items()}
    assert list(levels.items()) == list(LEVELS.items())


@pytest.mark.parametrize("cell", CELLS)
def test_points_are_0_to_5_with_a_reason_and_a_source(cell: dict[str, Any]) -> None:
    assert set(cell) - {"figure"} == {"points", "because", "source"}
    assert type(cell["points"]) is int and 0 <= cell["points"] <= 5
    assert re.fullmatch(r"[A-Z].{20,}\.", cell["because"])
    assert cell["source"] in MATRIX["sources"]


def test_unsure_has_no_points() -> None:
    assert all(set(spec["levels"]["unsure"]) == {"label"} for spec in MATRIX["criteria"].values())


def test_texts_fit_80_columns() -> None:
    for spec in MATRIX["criteria"].values():
        labels = [level["label"] for level in spec["levels"].values()]
        assert max(map(len, labels)) <= 76
        assert len(set(labels)) == len(labels)
        assert max(map(len, spec["help"].splitlines())) <= 76
    # After a framework, its bar, its score and "ruled out: ".
    assert all(len(rule["short"]) <= 29 for rule in MATRIX["knock_outs"])


def test_rules_name_existing_criteria_levels_and_frameworks() -> None:
    for rule in [*MATRIX["knock_outs"], *MATRIX["conflicts"]]:
        assert set(rule.get("out", [])) <= set(MATRIX["frameworks"])
        assert rule["because"].endswith(".") and rule["source"] in MATRIX["sources"]
        for side in ("when", "unless"):
            for criterion, levels in rule.get(side, {}).items():
                assert set([levels] if isinstance(levels, str) else levels) <= set(
                    LEVELS[criterion]
                )
    for step in MATRIX["tie_rule"]["steps"]:
        assert set(step["prefer"]) <= set(LEVELS[step["criterion"]])
        assert set(step["prefer"].values()) <= set(MATRIX["frameworks"])


def test_every_source_is_used() -> None:
    claims = (ROOT / "decision/evidence/claims.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"(?:source|independent): ([\w-]+)", TEXT + claims))
    used |= set(re.findall(r"\bA\d\b", claims))
    assert used == set(MATRIX["sources"])


def test_copier_can_include_the_matrix() -> None:
    assert not re.search(r"\{[{%#]", TEXT)


def test_readme_has_the_points_and_weights_of_the_matrix() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([\w ]*?)(?: \((\d+)\))? ?\| [^|]+ \| (\d) \| (\d) \| (\d) \|$", readme, re.MULTILINE
    )
    shown = [(label, weight) for label, weight, *_ in rows if label]
    criteria = MATRIX["criteria"].values()
    assert shown == [(spec["label"], str(spec["weight"])) for spec in criteria]
    points = [int(each) for _, _, *row in rows for each in row]
    assert points == [cell["points"] for *_, cell in cells()]
