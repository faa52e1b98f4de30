"""Jinja selects files, Python is Python, and the tree can be checked out anywhere."""

import ast
import re
from pathlib import PurePosixPath

import jinja2
import pytest
import yaml

from tests.conftest import FRAMEWORKS, ROOT, Render, working_tree
from tests.template.trees import offenders, sources, texts

TEMPLATE = {path: text for path, text in sources().items() if path.startswith("template/")}

TAG = re.compile(r"(?<!\$)\{\{[- ]*[\w']|\{%|\{#")  # ${{ is GitHub's
CONTROL = re.compile(r"\{%|\{#")

FUNCTION, FILE = 40, 260

# Windows: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]|[ .]$')
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
LONGEST = 160  # of the 260 that Windows has, what is left below a folder of the user's


def test_python_has_no_control_tags_of_jinja() -> None:
    python = {
        path: text for path, text in TEMPLATE.items() if ".py" in PurePosixPath(path).suffixes
    }
    assert python
    assert offenders(python, CONTROL) == []


def test_file_is_named_jinja_exactly_when_it_has_tags() -> None:
    named = {path for path in TEMPLATE if path.endswith(".jinja")}
    assert named == {path for path, text in TEMPLATE.items() if TAG.search(text)}


def test_template_reads_the_chosen_framework_and_not_the_answer() -> None:
    # The answer is empty when its question was skipped.
    parse = jinja2.Environment().parse
    read = {
        path: {name.name for name in parse(text).find_all(jinja2.nodes.Name)}
        for path, text in TEMPLATE.items()
        if path.endswith(".jinja")
    }
    assert any("chosen_framework" in names for names in read.values())
    assert [path for path, names in read.items() if "framework" in names] == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_modules_have_docstrings_and_functions_and_files_are_small(
    render: Render, framework: str
) -> None:
    files = {
        path: text
        for path, text in texts(render(framework=framework)).items()
        if path.endswith(".py")
    }
    modules = {path: ast.parse(text) for path, text in files.items()}
    assert [path for path, module in modules.items() if not ast.get_docstring(module)] == []
    assert [path for path, text in files.items() if text.count("\n") > FILE] == []
    assert [
        f"{path}: {node.name}"
        for path, module in modules.items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION
    ] == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_imports_inside_the_package_are_relative(render: Render, framework: str) -> None:
    files = texts(render(framework=framework))
    package = {path: text for path, text in files.items() if path.startswith("src/orders_api/")}
    # Alembic runs this file by its path: it has no package to be relative to.
    package.pop("src/orders_api/migrations/env.py")
    assert offenders(package, re.compile(r"^\s*(from|import) orders_api\b")) == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_rendered_paths_are_legal_and_short_enough_on_windows(
    render: Render, framework: str
) -> None:
    folder = render(project_name="x" * 60, framework=framework)
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    assert any("x" * 40 in path for path in paths)
    assert illegal(paths) == []


def test_paths_of_the_repository_are_legal_and_short_enough_on_windows() -> None:
    assert illegal([path.as_posix() for path in working_tree()]) == []


def illegal(paths: list[str]) -> list[str]:
    """Return the paths that cannot be checked out on Windows."""
    folded = [path.lower() for path in paths]
    return [
        path
        for path in paths
        if len(path) > LONGEST
        or folded.count(path.lower()) > 1
        or any(FORBIDDEN.search(part) or DEVICE.fullmatch(part) for part in path.split("/"))
    ]


def test_no_file_beside_the_template_hides_one_of_it() -> None:
    # Copier leaves out template/X when there is an X.jinja beside copier.yml.
    hidden = {
        path
        for path in TEMPLATE
        if (ROOT / f"{path.removeprefix('template/')}.jinja").exists()
        or f"{path}.jinja" in TEMPLATE
    }
    assert hidden == set()


def test_nothing_needs_trust_or_a_secret() -> None:
    settings = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    unsafe = {"_tasks", "_migrations", "_jinja_extensions", "_external_data", "_secret_questions"}
    assert settings.keys().isdisjoint(unsafe)
    assert not any(
        "secret" in permission for permission in settings.values() if isinstance(permission, dict)
    )
