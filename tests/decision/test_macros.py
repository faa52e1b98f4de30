"""The macros of the decision stay small, so that one rule is one macro."""

import re
from pathlib import Path

import pytest

from decision.engine import ROOT

LINES = 30
FILES = sorted((ROOT / "decision").glob("*.jinja"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_macros_are_short(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    macros = re.findall(r"\{%-? macro (\w+)(.*?)endmacro", text, re.DOTALL)
    assert macros
    assert [name for name, body in macros if body.count("\n") + 1 > LINES] == []
