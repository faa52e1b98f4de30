"""Every row of `mutations.yml` fits the projects that it names, and every mark has a row."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT, Render
from tests.matrix.variants import DEEP
from tests.mutations import Row, answers, load, marks

ROWS = load()
# Where a mark may be once per framework.
FRAMEWORKS = {"fastapi", "flask", "router", "views"}
IN_VARIANTS = [(row, variant) for row in ROWS for variant in row.variants]


def framework_of(path: Path) -> str:
    return "".join(FRAMEWORKS & {path.stem, path.parent.name})


@pytest.mark.parametrize(
    ("row", "variant"),
    [pytest.param(*each, id=f"{each[0].guard}-{each[1]}") for each in IN_VARIANTS],
)
def test_the_guard_can_be_removed(render: Render, row: Row, variant: str) -> None:
    project = render(**answers(variant), kit_tests=True)
    files = row.files(project)
    frameworks = [framework_of(path) for path in files]
    assert files and len(set(frameworks)) == len(files), f"{row.guard} is not unique: {files}"
    assert len(files) == 1 or "" not in frameworks, f"{row.guard} is not unique: {files}"
    for path in files:
        source = path.read_text(encoding="utf-8")
        assert row.removed(source) != source
        ast.parse(row.removed(source))
    for test in row.tests:
        assert (project / test).is_file()


def test_every_mark_has_a_row_and_every_row_a_mark() -> None:
    names = {guard for _, guard in marks(ROOT / "template")}
    assert names == {row.guard for row in ROWS}


def test_no_mark_is_misspelled() -> None:
    """A mark in another form, or in another kind of file, would be overlooked."""
    files = [path for path in (ROOT / "template").rglob("*") if path.is_file()]
    marked = sum(path.read_bytes().count(b"# guard:") for path in files)
    assert marked == len([*marks(ROOT / "template")])


def test_rows_are_sorted_and_unique_and_name_deep_variants() -> None:
    assert len({row.guard for row in ROWS}) == len(ROWS)
    assert [row.row for row in ROWS] == sorted(
        (row.row for row in ROWS), key=lambda row: int(row[1:])
    )
    assert {variant for _, variant in IN_VARIANTS} <= set(DEEP)
