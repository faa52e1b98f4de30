"""A protection that is removed is noticed, and a change that no test notices is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutations import Bench, load


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.usefixtures("own_environment")
def test_the_tests_notice_a_removed_protection_and_nothing_else(
    template: Path, tmp_path: Path
) -> None:
    bench = Bench.install("flask-sqlite-jwt", template, tmp_path)
    bench = replace(bench, suites={"own": ("tests/todos",)})
    [row] = [row for row in load() if row.guard == "unknown-fields"]
    [path] = row.files(bench.project.folder)
    source = path.read_text(encoding="utf-8")
    assert bench.judge(path, row.removed(source))[0] == "own"
    assert bench.judge(path, source.replace("in common", "alike"))[0] == "none"
    assert bench.judge(path, f"import nowhere\n{source}")[0] == "broken"
