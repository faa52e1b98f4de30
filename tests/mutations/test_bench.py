"""A sample of the protections is really taken out; and what is no catch is not taken for one."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutations.bench import Bench, Unfit, installed
from tests.mutations.mutation import Mutation, load

pytestmark = [
    pytest.mark.projects,
    pytest.mark.slow,
    pytest.mark.xdist_group("project-mutations"),
]

# A sentence that is no protection, in a file that everything imports.
NOTHING = Mutation(
    row="none",
    title="a docstring",
    projects=("flask-sqlite-jwt",),
    file="src/<package>/schemas/health.py",
    find='"""What the probes answer."""',
    replace='"""What probes answer."""',
    tests=("tests/http/test_health.py",),
)


@pytest.fixture(scope="module")
def bench(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return installed("flask-sqlite-jwt", template, tmp_path_factory.mktemp("mutations"))


@pytest.mark.parametrize("row", ["S16", "S18", "P31"])
def test_a_protection_is_missed_where_it_is_taken_out(bench: Bench, row: str) -> None:
    mutation = next(each for each in load() if each.row == row and bench.name in each.projects)
    bench.check(mutation.tests)
    verdict = bench.judge(mutation)
    assert (verdict.outcome, verdict.test.partition("[")[0]) == ("caught", *mutation.tests)


def test_what_no_test_misses_survives(bench: Bench) -> None:
    assert bench.judge(NOTHING).outcome == "survived"


def test_what_lets_nothing_start_is_not_taken_for_caught(bench: Bench) -> None:
    assert bench.judge(replace(NOTHING, replace="import nowhere")).outcome == "broken"


def test_tests_that_do_not_run_are_not_believed(bench: Bench) -> None:
    with pytest.raises(Unfit):
        bench.check(("tests/http/test_health.py::test_nothing",))
