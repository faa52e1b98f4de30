"""Odd names either work or are refused in one sentence that names them; a refusal leaves nothing."""

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

from tests.conftest import FRAMEWORKS, ROOT, Render, copy, stored_answers

# project name -> slug, package
WORK = [
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
# macro, value, what is wrong with it
REFUSED = [
    ("text_problem", "", "is empty"),
    ("text_problem", "   ", "is empty"),
    ("text_problem", "two\nlines", "line break"),
    ("text_problem", "null\0", "invisible character"),
    ("text_problem", "left\u202eright", "invisible character"),
    ("text_problem", " lead", "starts or ends with a space"),
    ("text_problem", 'say "hi"', 'holds a "'),
    ("text_problem", "back\\slash", "holds a \\"),
    ("text_problem", "{{ name }}", "holds a {"),
    ("text_problem", "<script>", "holds a <"),
    ("text_problem", "$HOME", "holds a $"),
    ("text_problem", "`id`", "holds a `"),
    ("text_problem", "x" * 61, "61 characters"),
    ("slug_problem", "Bad Slug", "cannot be used"),
    ("slug_problem", "ok\n", "cannot be used"),
    ("slug_problem", "double--dash", "cannot be used"),
    ("slug_problem", "größe", "cannot be used"),
    ("slug_problem", "x" * 41, "41 characters"),
    ("slug_problem", "uvicorn", "package or command"),
    ("slug_problem", "nul", "device name"),
    ("package_problem", "import", "keyword"),
    ("package_problem", "json", "module of Python"),
    ("package_problem", "flask", "hide a package"),
    ("package_problem", "tests", "folder"),
    ("package_problem", "../evil", "cannot be used"),
    ("package_problem", "_private", "cannot be used"),
    ("package_problem", "", "cannot be used"),
    ("import_problem", "x y", "no import path"),
    ("import_problem", "shop.web", "no import path"),
    ("import_problem", "a:b(1)", "no import path"),
]
TEXT = ("The name", 60)


@cache
def macros() -> Any:
    """Return the macros of names.jinja, with the filters that Copier has."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "decision"),
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
        autoescape=False,
    )
    return environment.get_template("names.jinja").module


def listed(name: str) -> set[str]:
    return {*getattr(macros(), name)}


@pytest.mark.parametrize(("name", "slug", "package"), WORK)
def test_project_name_leads_to_a_valid_slug_and_package_name(
    name: str, slug: str, package: str
) -> None:
    found = macros().slug(name)
    assert (found, macros().suggest(found)) == (slug, package)
    problems = [macros().text_problem(name, *TEXT), macros().slug_problem(slug)]
    assert [*problems, macros().package_problem(package)] == ["", "", ""]
    # It can stand between quotes in TOML and Python.
    assert tomllib.loads(f'name = "{name}"')["name"] == name == eval(f'"{name}"')


@pytest.mark.parametrize(("macro", "value", "what"), REFUSED)
def test_invalid_name_is_refused_in_one_sentence(macro: str, value: str, what: str) -> None:
    said = getattr(macros(), macro)(value, *(TEXT if macro == "text_problem" else ()))
    assert what in said
    assert "\n" not in said and said.endswith(".")


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
def test_copier_refuses_it_and_leaves_nothing(
    template: Path, tmp_path: Path, answers: dict[str, str]
) -> None:
    with pytest.raises(ValueError):
        copy(template, tmp_path / "project", **answers)
    assert not (tmp_path / "project").exists()


def test_the_reason_is_the_last_line_on_the_terminal(template: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "copier", "copy", "--defaults", "--data", "package_name=class"]
        + [str(template), str(tmp_path / "project")],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert macros().package_problem("class") in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("folder", "name"), [("orders-api", "Orders API"), ("my_shop", "My Shop"), ("{odd}", "My API")]
)
def test_the_folder_proposes_a_name(template: Path, tmp_path: Path, folder: str, name: str) -> None:
    assert macros().title(folder) == name
    if folder == "{odd}":
        assert stored_answers(copy(template, tmp_path / folder))["project_name"] == name


@pytest.mark.parametrize("taken", ["imported", "installed", "devices", "folders", "stdlib"])
def test_proposal_in_place_of_a_taken_name_is_free(taken: str) -> None:
    every = listed("imported") | listed("installed") | listed("devices")
    modules = listed("stdlib") | listed("folders") | listed("keywords") | every
    for name in listed(taken):
        assert f"{name.replace('_', '-')}-service" not in every
        assert f"{name.replace('-', '_')}_service" not in modules


def test_every_keyword_and_standard_module_is_on_the_lists() -> None:
    words = {word.lower() for word in [*keyword.kwlist, *keyword.softkwlist]} - {"_"}
    assert words <= listed("keywords")
    modules = {name for name in sys.stdlib_module_names if re.fullmatch(r"[a-z][a-z0-9_]*", name)}
    assert modules <= listed("stdlib")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_project_can_be_called_like_a_folder_or_a_dependency_of_its_own(
    render: Render, framework: str
) -> None:
    folder = render(framework=framework, deploy=["kubernetes", "lambda"])
    folders = {path.name for path in folder.iterdir() if path.is_dir()}
    assert {name for name in folders if not name.startswith(".")} <= listed("folders")
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"]
    wanted += project["tool"]["uv"]["constraint-dependencies"]
    wanted += [one for group in project["dependency-groups"].values() for one in group]
    names = {re.split(r"[^\w.-]", one)[0].lower() for one in wanted if isinstance(one, str)}
    names.discard(project["project"]["name"])  # Its own extras.
    taken = listed("imported") | listed("installed")
    assert not {name for name in names if not {name, name.replace("-", "_")} & taken}
