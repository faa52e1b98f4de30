"""Each protection that is listed can be taken out, and a test of the project notices."""

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Render
from tests.mutations.mutation import DoesNotApply, Mutation, answers, load

EVERY = load()
IN_PROJECTS = [
    pytest.param(mutation, project, id=f"{mutation.row}-{mutation.title}-{project}")
    for mutation in EVERY
    for project in mutation.projects
]


def folder_of(render: Render, project: str) -> Path:
    return render(**answers(project))


@pytest.mark.parametrize(("mutation", "project"), IN_PROJECTS)
def test_it_applies_to_its_projects(render: Render, mutation: Mutation, project: str) -> None:
    mutation.change(folder_of(render, project))


@pytest.mark.parametrize(("mutation", "project"), IN_PROJECTS)
def test_its_tests_exist(render: Render, mutation: Mutation, project: str) -> None:
    for test in mutation.tests:
        path, _, name = test.partition("::")
        module = ast.parse((folder_of(render, project) / path).read_text(encoding="utf-8"))
        names = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
        assert not name or name in names, test


def test_no_two_have_the_same_name() -> None:
    names = [(mutation.row, mutation.title) for mutation in EVERY]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "wrong",
    [{"find": "no such line"}, {"find": "e"}, {"replace": EVERY[0].find}, {"replace": "def"}],
)
def test_one_that_does_not_apply_is_an_error(render: Render, wrong: dict[str, Any]) -> None:
    with pytest.raises(DoesNotApply):
        replace(EVERY[0], **wrong).change(folder_of(render, EVERY[0].projects[0]))
