"""The matrix is complete, and every number in it can be argued with."""

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


def test_criteria_and_levels_have_their_names_and_their_order() -> None:
    found = {name: list(spec["levels"]) for name, spec in MATRIX["criteria"].items()}
    assert found == LEVELS
    assert list(found) == list(LEVELS)


@pytest.mark.parametrize("cell", CELLS)
def test_a_number_is_0_to_5_and_has_a_sentence_and_a_source(cell: dict[str, Any]) -> None:
    assert set(cell) - {"figure"} == {"points", "because", "source"}
    assert type(cell["points"]) is int and 0 <= cell["points"] <= 5
    assert re.fullmatch(r"[A-Z].{20,}\.", cell["because"])
    assert cell["source"] in MATRIX["sources"]


def test_not_knowing_is_worth_nothing_anywhere() -> None:
    assert all(set(spec["levels"]["unsure"]) == {"label"} for spec in MATRIX["criteria"].values())


def test_labels_fit_a_list_in_80_columns_and_differ() -> None:
    for spec in MATRIX["criteria"].values():
        labels = [at["label"] for at in spec["levels"].values()]
        assert max(map(len, labels)) <= 72
        assert len(set(labels)) == len(labels)
    assert all(len(rule["short"]) <= 35 for rule in MATRIX["knock_outs"])


def test_every_rule_names_criteria_levels_and_frameworks_that_exist() -> None:
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
