"""The ways in which the template is broken fit it; a few are really tried, and noticed."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.matrix.mutations import ROWS, DoesNotApply, Mutation, judge, load
from tests.matrix.variants import variants

EVERY = load(ROWS.read_text(encoding="utf-8"))
# Installing and one step: what is found later takes longer to find.
QUICK = ("an import is missing in one layer", "a layer applies where another one does")
NOTHING = Mutation(
    title="nothing that matters",
    file="template/{{ sql }}/src/{{ package_name }}/services/health.py",
    find='"""Whether requests can be served."""',
    replace='"""Whether requests are served."""',
    variant="fastapi-sqlite-none",
    caught="lint",
    tests="tests/projects/test_projects.py -k first_lock",
)


def one(mutation: Mutation, folder: Path) -> Path:
    """Copy what the mutation changes, and nothing else."""
    (folder / mutation.file).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / mutation.file, folder / mutation.file)
    return folder


@pytest.mark.parametrize("mutation", EVERY, ids=lambda mutation: mutation.title)
def test_it_applies_to_the_template_and_names_a_variant(mutation: Mutation, tmp_path: Path) -> None:
    mutation.apply(one(mutation, tmp_path))
    assert not mutation.variant or mutation.variant in variants()


def test_no_two_have_the_same_name_and_all_kinds_of_steps_are_there() -> None:
    assert len({mutation.title for mutation in EVERY}) == len(EVERY) >= 12
    steps = {"files", "lint", "types", "layers", "boot", "ci", "readme", "image", "questions"}
    assert steps <= {mutation.caught for mutation in EVERY}


@pytest.mark.parametrize(
    "wrong",
    [{"find": "no such line"}, {"find": "e"}, {"replace": NOTHING.find}, {"move": "copier.yml"}],
    ids=str,
)
def test_one_that_does_not_apply_is_an_error(wrong: dict[str, str], tmp_path: Path) -> None:
    folder = one(NOTHING, tmp_path)
    (folder / "copier.yml").touch()
    with pytest.raises(DoesNotApply, match=NOTHING.title):
        replace(NOTHING, **wrong).apply(folder)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{title: x, file: y, caught: z}", "either what to find or where to move"),
        (
            "{title: x, file: y, caught: z, find: a, move: b}",
            "either what to find or where to move",
        ),
        ("{title: x, find: a, caught: z}", "file"),
        ("{title: x, file: y, caught: z, find: a, with: b}", "with"),
    ],
)
def test_a_row_that_says_too_little_or_too_much_is_an_error(row: str, said: str) -> None:
    with pytest.raises(DoesNotApply, match=said):
        load(f"[{row}]")


@pytest.mark.slow
@pytest.mark.projects
@pytest.mark.parametrize("title", QUICK)
def test_a_broken_template_is_noticed_at_the_step_that_is_named(title: str) -> None:
    [mutation] = [each for each in EVERY if each.title == title]
    verdict = judge(mutation)
    assert (verdict.step, verdict.as_expected) == (mutation.caught, True), verdict


@pytest.mark.slow
@pytest.mark.projects
def test_what_no_step_notices_is_not_taken_for_noticed() -> None:
    verdict = judge(NOTHING)
    assert (verdict.step, verdict.as_expected) == (None, False), verdict


@pytest.mark.slow
@pytest.mark.projects
def test_tests_that_do_not_run_are_not_believed() -> None:
    with pytest.raises(DoesNotApply, match="no test failed"):
        judge(replace(NOTHING, tests="tests/nowhere"))
