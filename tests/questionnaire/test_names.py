"""Odd names either work or are refused in one sentence that names them; a refusal leaves nothing."""

import keyword
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml

from tests.conftest import FRAMEWORKS, Render, fast_copier

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
    ("100% | pipes # and: colons, 'quotes'!", "api-100-pipes-and-colons-quotes", None),
    ("class", "class", "class_service"),
    ("Match", "match", "match_service"),
    ("None", "none", "none_service"),
    ("json", "json", "json_service"),
    ("type", "type", "type_service"),
    ("Test", "test", "test_service"),
    ("tests", "tests", "tests_service"),
    ("migrations", "migrations", "migrations_service"),
    ("FastAPI", "fastapi-service", "fastapi_service"),
    ("flask", "flask-service", "flask_service"),
    ("Pydantic Settings", "pydantic-settings-service", "pydantic_settings_service"),
    ("SQLAlchemy", "sqlalchemy-service", "sqlalchemy_service"),
    ("python", "python-service", "python_service"),
    ("pip", "pip-service", "pip_service"),
    ("con", "con-service", "con_service"),
    ("x" * 60, "x" * 40, "x" * 40),
    ("-- dashes --", "dashes", "dashes"),
    ("a", "a", "a"),
]
# answers, what the sentence says
REFUSED = [
    ({"project_name": ""}, "The name is empty"),
    ({"project_name": "   "}, "The name is empty"),
    ({"project_name": "two\nlines"}, "The name 'two?lines' holds a line break"),
    ({"project_name": "null\0"}, "holds a line break or another invisible character"),
    ({"project_name": "left\u202eright"}, "holds a line break or another invisible character"),
    ({"project_name": " lead"}, "The name ' lead' starts or ends with a space"),
    ({"project_name": 'say "hi"'}, 'The name \'say "hi"\' holds a " which would break'),
    ({"project_name": "back\\slash"}, "holds a \\ which"),
    ({"project_name": "{{ name }}"}, "The name '{{ name }}' holds a { which"),
    ({"project_name": "{% raw %}"}, "holds a { which"),
    ({"project_name": "<script>"}, "The name '<script>' holds a < which"),
    ({"project_name": "$HOME"}, "The name '$HOME' holds a $ which"),
    ({"project_name": "`id`"}, "holds a ` which"),
    ({"project_name": "x" * 61}, "has 61 characters: 60 are the most"),
    ({"description": "two\nlines"}, "The description 'two?lines' holds a line break"),
    ({"description": "x" * 121}, "has 121 characters: 120 are the most"),
    ({"project_slug": "Bad Slug"}, "The slug 'Bad Slug' cannot be used"),
    ({"project_slug": "ok\n"}, "The slug 'ok?' cannot be used"),
    ({"project_slug": "double--dash"}, "The slug 'double--dash' cannot be used"),
    ({"project_slug": "größe"}, "The slug 'größe' cannot be used"),
    ({"project_slug": "x" * 41}, "has 41 characters: 40 are the most"),
    ({"project_slug": "uvicorn"}, "The slug 'uvicorn' is the name of a package or command"),
    ({"project_slug": "python3"}, "The slug 'python3' is the name of a package or command"),
    ({"project_slug": "nul"}, "The slug 'nul' is a device name on Windows"),
    ({"package_name": "import"}, "The package name 'import' is a keyword of Python"),
    ({"package_name": "json"}, "The package name 'json' would hide a module of Python's"),
    ({"package_name": "flask"}, "The package name 'flask' would hide a package"),
    ({"package_name": "tests"}, "The package name 'tests' is the name of a folder"),
    ({"package_name": "../evil"}, "The package name '../evil' cannot be used"),
    ({"package_name": "_private"}, "The package name '_private' cannot be used"),
    ({"package_name": ""}, "The package name '' cannot be used"),
]


def stored(project: Path) -> dict[str, Any]:
    file = project / ".copier-answers.yml"
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize(("name", "slug", "package"), WORK)
def test_a_project_name_gets_a_slug_and_a_package_name(
    render: Render, name: str, slug: str, package: str | None
) -> None:
    kept = stored(render(project_name=name))
    assert kept["project_name"] == name
    assert (kept["project_slug"], kept["package_name"]) == (slug, package or slug.replace("-", "_"))


@pytest.mark.parametrize("taken", ["imported", "installed", "devices", "folders", "stdlib"])
def test_what_is_proposed_in_place_of_a_taken_name_is_itself_free(taken: str) -> None:
    every = {name for kind in ("imported", "installed", "devices") for name in _listed(kind)}
    modules = _listed("stdlib") | _listed("folders") | _listed("keywords") | every
    for name in _listed(taken):
        assert f"{name.replace('_', '-')}-service" not in every
        assert f"{name.replace('-', '_')}_service" not in modules


@pytest.mark.parametrize("name", [name for name, *_ in WORK])
def test_a_name_that_works_stands_in_toml_yaml_and_python_as_it_is(name: str) -> None:
    quoted = f'"{name}"'
    assert tomllib.loads(f"name = {quoted}")["name"] == name
    assert yaml.safe_load(f"name: {quoted}")["name"] == name
    assert eval(quoted) == name


@pytest.mark.parametrize(("answers", "sentence"), REFUSED)
def test_a_refusal_is_one_sentence_that_names_the_value_and_leaves_nothing(
    template: Path, tmp_path: Path, answers: dict[str, str], sentence: str
) -> None:
    with fast_copier(), pytest.raises(ValueError, match=re.escape(sentence)) as refusal:
        copier.run_copy(
            str(template), tmp_path / "project", data=answers, defaults=True, quiet=True
        )
    text = str(refusal.value)
    assert "\n" not in text and text.endswith(".")
    assert not (tmp_path / "project").exists()


def test_the_last_line_on_the_terminal_is_that_sentence(template: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "copier", "copy", "--defaults", "--data", "package_name=class"]
        + [str(template), str(tmp_path / "project")],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "The package name 'class' is a keyword of Python: take another, such as class_service."
    )
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("orders-api", "Orders API"),
        ("my_shop", "My Shop"),
        ("{odd}", "My API"),
        ("x" * 70, "My API"),
    ],
)
def test_without_a_name_the_folder_gives_one(
    template: Path, tmp_path: Path, folder: str, name: str
) -> None:
    with fast_copier():
        copier.run_copy(str(template), tmp_path / folder, defaults=True, quiet=True)
    assert stored(tmp_path / folder)["project_name"] == name


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_project_can_be_called_like_a_folder_of_its_own(render: Render, framework: str) -> None:
    folder = render(framework=framework, deploy=["kubernetes", "lambda"])
    found = {path.name for path in folder.iterdir() if path.is_dir()}
    assert {"bench", "deploy", "src", "tests"} <= found
    assert {name for name in found if not name.startswith(".")} <= _listed("folders")


def _listed(name: str) -> set[str]:
    text = (Path(__file__).parents[2] / "decision/names.jinja").read_text(encoding="utf-8")
    found = re.search(rf"set {name} = '([^']*)'", text)
    assert found
    return set(found[1].split())


def test_every_keyword_and_every_module_of_the_standard_library_is_on_the_lists() -> None:
    words = {word.lower() for word in [*keyword.kwlist, *keyword.softkwlist]} - {"_"}
    assert words <= _listed("keywords")
    modules = {name for name in sys.stdlib_module_names if re.fullmatch(r"[a-z][a-z0-9_]*", name)}
    assert modules <= _listed("stdlib")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_project_can_be_called_like_something_it_depends_on(
    render: Render, framework: str
) -> None:
    folder = render(framework=framework)
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["tool"]["uv"]["constraint-dependencies"],
    ]
    wanted += [one for group in project["dependency-groups"].values() for one in group]
    names = {re.split(r"[^\w.-]", one)[0].lower() for one in wanted if isinstance(one, str)}
    names.discard(project["project"]["name"])  # Its own extras.
    taken = _listed("imported") | _listed("installed")
    assert not {name for name in names if not {name, name.replace("-", "_")} & taken}
