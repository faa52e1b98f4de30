"""Unusual names either work or are refused with a message that fits the terminal."""

import keyword
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pytest

from decision.answers import questions
from tests.conftest import FRAMEWORKS, ROOT, Render, copy, stored_answers
from tests.questionnaire.terminal import COLUMNS

# project name, slug, package
ACCEPTED = [
    ("Orders API", "orders-api", "orders_api"),
    ("Many  spaces", "many-spaces", "many_spaces"),
    ("3D Größen", "api-3d-grossen", "api_3d_grossen"),
    ("2024", "api-2024", "api_2024"),
    ("Crème Brûlée", "creme-brulee", "creme_brulee"),
    ("Cre\u0300me", "creme", "creme"),
    ("Łódź Œuvre Æon", "lodz-oeuvre-aeon", "lodz_oeuvre_aeon"),
    ("İstanbul", "istanbul", "istanbul"),
    ("注文", "my-api", "my_api"),
    ("Заказы v2", "v2", "v2"),
    ("🚀", "my-api", "my_api"),
    ("👩\u200d💻 Team's “Shop” & Co. (2)", "teams-shop-co-2", "teams_shop_co_2"),
    ("class", "class", "class_service"),
    ("Match", "match", "match_service"),
    ("None", "none", "none_service"),
    ("json", "json", "json_service"),
    ("tests", "tests", "tests_service"),
    ("migrations", "migrations", "migrations_service"),
    ("FastAPI", "fastapi-service", "fastapi_service"),
    ("flask", "flask-service", "flask_service"),
    ("Pydantic Settings", "pydantic-settings-service", "pydantic_settings_service"),
    ("python", "python-service", "python_service"),
    ("con", "con-service", "con_service"),
    ("x" * 60, "x" * 40, "x" * 40),
    ("-- dashes --", "dashes", "dashes"),
    ("a", "a", "a"),
]
# question, value
REFUSED = [
    ("project_name", ""),
    ("project_name", "   "),
    ("project_name", "two\nlines"),
    ("project_name", "null\0"),
    ("project_name", "left\u202eright"),
    ("project_name", " lead"),
    ("project_name", 'say "hi"'),
    ("project_name", "back\\slash"),
    ("project_name", "{{ name }}"),
    ("project_name", "<script>"),
    ("project_name", "$HOME"),
    ("project_name", "`id`"),
    ("project_name", "x" * 61),
    ("description", "x" * 1000),
    ("project_slug", "Bad Slug"),
    ("project_slug", "ok\n"),
    ("project_slug", "double--dash"),
    ("project_slug", "3d"),
    ("project_slug", "größe"),
    ("project_slug", "x" * 41),
    ("project_slug", "uvicorn"),
    ("project_slug", "nul"),
    ("package_name", "import"),
    ("package_name", "json"),
    ("package_name", "flask"),
    ("package_name", "tests"),
    ("package_name", "nul"),
    ("package_name", "../evil"),
    ("package_name", "_private"),
    ("package_name", "two words"),
    ("package_name", "x" * 1000),
    ("package_name", ""),
    ("legacy_app", "x y"),
    ("legacy_app", "shop.web"),
    ("legacy_app", "a:b(1)"),
]
PREFIX = "Validation error for question '{}': "  # by Copier, on the same line of the terminal


@cache
def environment() -> jinja2.Environment:
    """Return an environment with the filters of Copier."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT),
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
        autoescape=False,
    )


def macros() -> Any:
    """Return the macros of names.jinja."""
    return environment().get_template("decision/names.jinja").module


def reserved(name: str) -> set[str]:
    """Return one of the lists of names.jinja."""
    return {*getattr(macros(), name)}


def problem(question: str, value: str) -> str:
    """Return the message of the question's validator in copier.yml, or nothing."""
    validator = environment().from_string(questions()[question]["validator"])
    return validator.render({question: value})


@pytest.mark.parametrize(("name", "slug", "package"), ACCEPTED)
def test_project_name_leads_to_a_valid_slug_and_package_name(
    name: str, slug: str, package: str
) -> None:
    assert macros().propose_slug(name) == slug
    assert macros().propose_package(slug) == package
    assert problem("project_name", name) == ""
    assert problem("project_slug", slug) == ""
    assert problem("package_name", package) == ""
    # It can stand between quotes in TOML and Python.
    assert tomllib.loads(f'name = "{name}"')["name"] == name == eval(f'"{name}"')


@pytest.mark.parametrize(("question", "value"), REFUSED)
def test_message_for_an_invalid_name_fits_one_line_of_the_terminal(
    question: str, value: str
) -> None:
    message = problem(question, value)
    assert message.endswith(".") and "\n" not in message
    assert len(PREFIX.format(question) + message) <= COLUMNS


@pytest.mark.parametrize(
    "answers",
    [
        {"project_name": "$HOME"},
        {"description": "two\nlines"},
        {"project_slug": "Bad Slug"},
        {"package_name": "import"},
        {"framework": "hybrid", "legacy_app": "x y"},
    ],
    ids=str,
)
def test_refused_name_leaves_no_project(
    template: Path, tmp_path: Path, answers: dict[str, str]
) -> None:
    with pytest.raises(ValueError):
        copy(template, tmp_path / "project", **answers)
    assert not (tmp_path / "project").exists()


def test_message_is_the_last_line_on_the_terminal(template: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "copier", "copy", "--defaults", "--data", "package_name=class"]
        + [str(template), str(tmp_path / "project")],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    message = PREFIX.format("package_name") + problem("package_name", "class")
    assert done.stderr.splitlines()[-1].endswith(message)


@pytest.mark.parametrize(
    ("folder", "name"), [("orders-api", "Orders API"), ("my_shop", "My Shop"), ("{odd}", "My API")]
)
def test_folder_is_the_default_of_the_project_name(
    template: Path, tmp_path: Path, folder: str, name: str
) -> None:
    assert macros().propose_title(folder) == name
    if folder == "{odd}":
        assert stored_answers(copy(template, tmp_path / folder))["project_name"] == name


@pytest.mark.parametrize("kind", ["imported", "installed", "devices", "folders", "stdlib"])
def test_suggested_suffix_makes_a_reserved_name_valid(kind: str) -> None:
    every = reserved("imported") | reserved("installed") | reserved("devices")
    modules = reserved("stdlib") | reserved("folders") | reserved("keywords") | every
    for name in reserved(kind):
        assert f"{name.replace('_', '-')}-service" not in every
        assert f"{name.replace('-', '_')}_service" not in modules


def test_every_keyword_and_standard_module_is_on_the_lists() -> None:
    words = {word.lower() for word in [*keyword.kwlist, *keyword.softkwlist]} - {"_"}
    assert words <= reserved("keywords")
    modules = {name for name in sys.stdlib_module_names if re.fullmatch(r"[a-z][a-z0-9_]*", name)}
    assert modules <= reserved("stdlib")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_names_of_folders_and_dependencies_are_reserved(render: Render, framework: str) -> None:
    folder = render(framework=framework, deploy=["kubernetes", "lambda"])
    folders = {path.name for path in folder.iterdir() if path.is_dir()}
    assert {name for name in folders if not name.startswith(".")} <= reserved("folders")
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = project["project"]["dependencies"]
    requirements += project["tool"]["uv"]["constraint-dependencies"]
    requirements += [one for group in project["dependency-groups"].values() for one in group]
    names = {re.split(r"[^\w.-]", one)[0].lower() for one in requirements if isinstance(one, str)}
    names.discard(project["project"]["name"])  # Its own extras.
    taken = reserved("imported") | reserved("installed")
    assert not {name for name in names if not {name, name.replace("-", "_")} & taken}
