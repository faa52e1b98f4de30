"""How the template is written: Jinja selects files, Python is Python, and the tree fits anywhere."""

import ast
import re
from pathlib import PurePosixPath

import jinja2
import pytest
import yaml

from tests.conftest import ROOT, Render, working_tree
from tests.template.trees import PROJECTS, offenders, sources, texts

TEMPLATE = {path: text for path, text in sources().items() if path.startswith("template/")}

TAG = re.compile(r"(?<!\$)\{\{[- ]*\w|\{%|\{#")  # ${{ is GitHub's
CONTROL = re.compile(r"\{%|\{#")
BESIDE_A_TAG = re.compile(r"\S.*\{%|%\}.*\S")
EATS_SPACE = re.compile(r"\{%[-+]|[-+]%\}")

FUNCTION, FILE = 40, 260

# Windows: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]|[ .]$')
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
LONGEST = 160  # of the 260 that Windows has, what is left below a folder of the user's

# One letter in brackets, so that a pattern does not find itself.
MAKERS = re.compile(
    r"\b(clau[d]e|anthropi[c]|chatgp[t]|copilo[t]|gemin[i]|ai[- ]generate[d]|co-authored-b[y]"
    r"|generated (by|with) (an? )?a[i]\b|language mode[l]|sub-?agen[t])",
    re.IGNORECASE,
)
REGISTRIES = re.compile(
    r"//[\w.@:-]*(pypi|pythonhosted|npmjs|artifactory|nexus|devpi)\b(?![\w.]*/(project|package)/)"
    r"|\b(extra-)?index-ur[l]\b|^registry *=|\[\[tool\.uv\.inde[x]",
    re.IGNORECASE,
)
MACHINES = re.compile(
    r"(?<![\w.])/(home|Users)/[a-z]|(?<![\w.])/(work|root)/(?!\.)\w|[A-Z]:\\+Users", re.IGNORECASE
)
ISSUES = re.compile(
    r"(^|[\s(,])#[0-9]+\b(?![^\n]*[;}])|\b(issues?|tickets?|PR|GH-) ?#?[0-9]+\b",
)


def modules(project: dict[str, str]) -> dict[str, ast.Module]:
    found = {path: ast.parse(text) for path, text in project.items() if path.endswith(".py")}
    assert found
    return found


def packaged(render: Render, project: str) -> dict[str, str]:
    """Return the files of the rendered package."""
    files = texts(render(**PROJECTS[project]))
    return {path: text for path, text in files.items() if path.startswith("src/orders_api/")}


def test_python_is_selected_by_jinja_and_not_written_by_it() -> None:
    python = {
        path: text for path, text in TEMPLATE.items() if ".py" in PurePosixPath(path).suffixes
    }
    assert python
    assert offenders(python, CONTROL) == []


def test_a_file_is_called_jinja_exactly_when_it_has_jinja_in_it() -> None:
    named = {path for path in TEMPLATE if path.endswith(".jinja")}
    assert named == {path for path, text in TEMPLATE.items() if TAG.search(text)}


def test_a_condition_stands_alone_on_its_line() -> None:
    assert offenders(TEMPLATE, BESIDE_A_TAG) == []


def test_no_tag_eats_the_space_around_it() -> None:
    assert offenders(TEMPLATE, EATS_SPACE) == []


def test_the_template_reads_what_was_chosen_and_not_what_was_answered() -> None:
    # The answer is empty when its question was skipped.
    parse = jinja2.Environment().parse
    read = {
        path: {name.name for name in parse(text).find_all(jinja2.nodes.Name)}
        for path, text in TEMPLATE.items()
        if path.endswith(".jinja")
    }
    assert any("chosen" in names for names in read.values())
    assert [path for path, names in read.items() if "framework" in names] == []


@pytest.mark.parametrize("project", PROJECTS)
def test_every_module_opens_with_a_docstring(render: Render, project: str) -> None:
    found = modules(texts(render(**PROJECTS[project])))
    assert [path for path, module in found.items() if not ast.get_docstring(module)] == []


@pytest.mark.parametrize("project", PROJECTS)
def test_functions_and_files_of_the_package_are_small(render: Render, project: str) -> None:
    package = packaged(render, project)
    python = {path: text.count("\n") for path, text in package.items() if path.endswith(".py")}
    assert {path: lines for path, lines in python.items() if lines > FILE} == {}
    assert [
        f"{path}: {node.name}"
        for path, module in modules(package).items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION
    ] == []


@pytest.mark.parametrize("project", PROJECTS)
def test_inside_the_package_imports_are_relative(render: Render, project: str) -> None:
    package = packaged(render, project)
    # Alembic runs this file by its path: it has no package to be relative to.
    package.pop("src/orders_api/migrations/env.py", "")
    assert offenders(package, re.compile(r"^\s*(from|import) orders_api\b")) == []


@pytest.mark.parametrize("project", PROJECTS)
def test_every_rendered_path_is_legal_and_short_enough_on_windows(
    render: Render, project: str
) -> None:
    folder = render(project_name="x" * 60, **PROJECTS[project])
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    assert any("x" * 40 in path for path in paths)
    assert troubles(paths) == []


def test_every_path_of_the_repository_is_legal_and_short_enough_on_windows() -> None:
    assert troubles([path.as_posix() for path in working_tree()]) == []


def troubles(paths: list[str]) -> list[str]:
    """Return the paths that cannot be checked out on Windows."""
    folded = [path.lower() for path in paths]
    return [
        path
        for path in paths
        if len(path) > LONGEST
        or folded.count(path.lower()) > 1
        or any(FORBIDDEN.search(part) or DEVICE.fullmatch(part) for part in path.split("/"))
    ]


def test_a_file_beside_the_template_hides_none_of_it() -> None:
    # Copier leaves out template/X when there is an X.jinja beside copier.yml.
    hidden = {
        path
        for path in TEMPLATE
        if (ROOT / f"{path.removeprefix('template/')}.jinja").exists()
        or f"{path}.jinja" in TEMPLATE
    }
    assert hidden == set()


def test_nothing_asks_for_trust_or_for_a_secret() -> None:
    settings = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    unsafe = {"_tasks", "_migrations", "_jinja_extensions", "_external_data", "_secret_questions"}
    assert settings.keys().isdisjoint(unsafe)
    assert not any("secret" in asked for asked in settings.values() if isinstance(asked, dict))


@pytest.mark.parametrize(
    "pattern", [MAKERS, MACHINES, ISSUES], ids=["makers", "machines", "issues"]
)
def test_the_tree_speaks_of_itself_alone(pattern: re.Pattern[str]) -> None:
    assert offenders(sources(), pattern) == []


def test_the_tree_names_no_registry() -> None:
    files = {path: text for path, text in sources().items() if path != "uv.lock"}
    assert offenders(files, REGISTRIES) == []
