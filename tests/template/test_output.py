"""What comes out is valid, tidy, complete and about this project alone, whatever it is called."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import FRAMEWORKS, Render, answers
from tests.template.trees import PROJECTS as OF_A_KIND
from tests.template.trees import offenders, texts

ODD = [
    # Sorts after every other package; the description has what is special in YAML and Markdown.
    {
        "project_name": "Zulu & Co. (2)",
        "description": "It's 100 %: # 'quoted' [a] (b) *bold* _it_ a|b & “ü” – 🚀 !",
    },
    # Sorts before them.
    {"project_name": "Aardvark", "package_name": "a"},
    {"project_name": "class", "description": "null"},
    # As long as can be, in every place.
    {"project_name": "x" * 60, "description": "y" * 120},
    {"project_name": "注文 '''サービス''' 🚀", "description": "'''"},
    {"project_name": "2024", "description": "- yes: no"},
]
DECIDED = {
    **{f"answers that lead to {framework}": answers(framework) for framework in FRAMEWORKS},
    "another's application": {"framework": "hybrid", "legacy_app": "shop.web:create_app()"},
    **{
        f"{auth}, {framework}": {"framework": framework, "auth": auth}
        for auth in ("none", "api_key", "oidc")
        for framework in FRAMEWORKS
    },
    "against the knock-outs": {"serverless": "wsgi_host", "framework": "hybrid"},
    "weights set by hand": {
        "team": "flask",
        "weights": {name: 3 for name in answers("flask") if name != "project_name"},
    },
}
DECIDED |= {
    name: given for name, given in OF_A_KIND.items() if {"server", "deploy", "ci"} & {*given}
}
DECIDED |= {
    f"{framework}, {database}": {"framework": framework, "database": database}
    for framework in FRAMEWORKS
    for database in ("sqlite", "none")
}
PROJECTS = DECIDED | {
    f"{odd['project_name'][:14]}, {framework}": {"framework": framework, **odd}
    for odd in ODD
    for framework in FRAMEWORKS
}

PARSERS: dict[str, Callable[[str], Any]] = {
    ".json": json.loads,
    ".py": lambda text: ast.parse(text, feature_version=(3, 11)),
    ".toml": tomllib.loads,
    ".yml": yaml.safe_load,
}
# ${{ is GitHub's, and {{resolve: is what CloudFormation looks up.
JINJA = re.compile(r"(?<!\$)\{\{-? ?(?!resolve:)\w|\{%|\{# ")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:|#|/)([^)#\s]+)")

# A project speaks of the other framework only here. Each pattern is what such a line holds.
EVERYTHING = r""
# The decision weighs them all, and shows what was measured of them.
RECORD = {
    f"docs/decisions/{file}": EVERYTHING
    for file in ("0001-web-framework.md", "throughput-dark.svg", "throughput-light.svg")
}
# The list of what was tested is one for all projects.
FORBIDDEN_AND_TESTED = r'^forbidden_modules = |^"[\w-]+<='
MENTIONS = {
    "fastapi": {
        **RECORD,
        "pyproject.toml": FORBIDDEN_AND_TESTED,
        "src/orders_api/services/__init__.py": r"^Flask calls these functions as they are; FastAPI",
        "src/orders_api/process.py": r"^# Requests that Flask works on at the same time",
        "tests/http/test_edge.py": r'\("", "gunicorn"\)',
        "deploy/proxy/nginx.conf": r"^uwsgi_temp_path",  # nginx makes that folder in any case.
    },
    "flask": {
        **RECORD,
        "pyproject.toml": FORBIDDEN_AND_TESTED,
        "README.md": r"^## Move to FastAPI$",
        "docs/moving.md": EVERYTHING,
        "src/orders_api/edge/wsgi.py": r'"asgi.scope" in environ',
        "src/orders_api/services/__init__.py": r"^Flask calls these functions as they are; FastAPI",
        # Where it was taken from, and why it has to be so.
        "src/orders_api/flask_app/openapi.py": r"\bFastAPI\b",
        "src/orders_api/flask_app/routing/__init__.py": r"\bFastAPI\b",
        "src/orders_api/flask_app/routing/bodies.py": r"^# The limits of Starlette\.$",
    },
}
OTHER = {
    "fastapi": re.compile(r"flask|werkzeug|wsgi|gunicorn|blinker|hybrid_app", re.IGNORECASE),
    "flask": re.compile(
        r"fastapi|starlette|asgi|uvicorn|aiosqlite|asyncpg|hybrid_app", re.IGNORECASE
    ),
}


@pytest.fixture(
    # The tests of one project share a process: it is rendered there, once.
    params=[
        pytest.param(data, id=name, marks=pytest.mark.xdist_group(name))
        for name, data in PROJECTS.items()
    ]
)
def project(request: pytest.FixtureRequest, render: Render) -> Path:
    return render(**request.param)


def kept(project: Path) -> dict[str, Any]:
    text = (project / ".copier-answers.yml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def read(project: Path, path: str) -> str:
    return (project / path).read_text(encoding="utf-8")


def untidy(path: str, text: str) -> list[str]:
    """Say what is wrong with the white space of a file."""
    found = {
        "ends without a newline": not text.endswith("\n"),
        "ends with a blank line": text.endswith("\n\n"),
        "starts with a blank line": text.startswith("\n"),
        "has a blank at the end of a line": re.search(r"[^\S\n]$", text, re.MULTILINE),
        "has a tab": "\t" in text,
        "has a carriage return": "\r" in text,
        "has three blank lines": "\n\n\n\n" in text,
        "has two blank lines": path.endswith(".md") and "\n\n\n" in FENCED.sub("```", text),
    }
    return [f"{path} {what}" for what, is_so in found.items() if is_so]


def test_every_file_is_valid_in_its_language(project: Path) -> None:
    parsed = set()
    for path, text in texts(project).items():
        if parse := PARSERS.get(Path(path).suffix):
            parse(text)
            parsed.add(Path(path).suffix)
    assert parsed == PARSERS.keys()


def test_nothing_is_left_to_render(project: Path) -> None:
    files = texts(project)
    assert offenders(files, JINJA) == []
    assert [path for path in files if re.search(r"[{}]|\.jinja$", path)] == []


def test_white_space_is_clean(project: Path) -> None:
    assert [fault for path, text in texts(project).items() for fault in untidy(path, text)] == []


@pytest.mark.parametrize("verb", [["format", "--check"], ["check"]], ids=" ".join)
def test_ruff_is_content(project: Path, verb: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *verb, "--no-cache", "."],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_name_and_description_arrive_as_they_were_given(project: Path) -> None:
    given, about = kept(project), tomllib.loads(read(project, "pyproject.toml"))["project"]
    package = f"src/{given['package_name']}"
    constants = {
        ast.unparse(node.targets[0]): node.value.value
        for node in ast.parse(read(project, f"{package}/about.py")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    described = ast.get_docstring(ast.parse(read(project, f"{package}/__init__.py")), clean=False)
    name, description = given["project_name"], given["description"]
    assert (about["name"], about["description"]) == (given["project_slug"], description)
    assert constants == {"TITLE": name, "DESCRIPTION": description}
    assert described == description
    assert read(project, "README.md").startswith(f"# {name}\n\n{description}\n\n")


@pytest.mark.parametrize("given", ODD, ids=lambda given: given["project_name"][:20])
def test_what_was_answered_is_what_was_kept(render: Render, given: dict[str, str]) -> None:
    for framework in FRAMEWORKS:
        found = kept(render(framework=framework, **given))
        assert found | given | {"framework": framework} == found


def test_every_link_leads_to_a_file(project: Path) -> None:
    links = [
        (path, target)
        for path, text in texts(project).items()
        if path.endswith(".md")
        for target in LINK.findall(text)
    ]
    assert ("README.md", ".env.example") in links
    assert [
        link for link in links if not (project / link[0]).parent.joinpath(link[1]).exists()
    ] == []


def test_every_folder_that_the_readme_explains_is_there(project: Path) -> None:
    package = project / "src" / kept(project)["package_name"]
    explained = {*re.findall(r"^\| `(\w+)/`", read(project, "README.md"), re.MULTILINE)}
    assert {"core", "services"} < explained
    assert explained <= {path.name for path in package.iterdir() if path.is_dir()}


@pytest.mark.parametrize("framework", OTHER)
def test_a_project_speaks_of_no_other_framework(render: Render, framework: str) -> None:
    files, allowed = texts(render(framework=framework)), MENTIONS[framework]
    found = {path: offenders({path: text}, OTHER[framework]) for path, text in files.items()}
    assert [
        line
        for path, lines in found.items()
        for line in lines
        if path not in allowed or not re.search(allowed[path], line.split(": ", 1)[1])
    ] == []
    assert [path for path in allowed if not found[path]] == []


@pytest.mark.parametrize("framework", OTHER)
def test_a_project_imports_and_installs_nothing_of_another_framework(
    render: Render, framework: str
) -> None:
    project = render(framework=framework)
    wanted = tomllib.loads(read(project, "pyproject.toml"))
    packages = wanted["project"]["dependencies"] + wanted["dependency-groups"]["dev"]
    for path, text in texts(project).items():
        if path.endswith(".py"):
            packages += imported(text)
    assert any(package.startswith(framework) for package in packages)
    assert [package for package in packages if OTHER[framework].search(package)] == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_project_speaks_of_lambda_only_where_it_runs_there(
    render: Render, framework: str
) -> None:
    files = texts(render(framework=framework))
    del files["docs/decisions/0001-web-framework.md"]
    found = offenders(files, re.compile(r"aws_|aws lambda|mangum|apig", re.IGNORECASE))
    assert [line for line in found if not re.search(r'"[\w-]+<=', line)] == []


# What is said of a database that a project does not have, and where it may be said.
ABSENT = {
    "none": re.compile(
        r"sqlalchemy|alembic|sqlite|psycopg|postgres|database_url|\bsql\b|\bmigrat|greenlet|pool_size",
        re.IGNORECASE,
    ),
    "sqlite": re.compile(r"postgres|psycopg", re.IGNORECASE),
}
OTHERWISE = {
    "none": {
        "README.md": r"`uvx copier update --data database=postgresql`",
        **RECORD,
        "pyproject.toml": r'^"[\w-]+<=',
        "src/orders_api/schemas/base.py": r"NUL is refused: PostgreSQL cannot store it",
    },
    "sqlite": {
        **RECORD,
        "pyproject.toml": r'^"[\w-]+<=',
        "src/orders_api/schemas/base.py": r"NUL is refused: PostgreSQL cannot store it",
        "tests/storage/test_settings.py": r"postgresql://host:port/x",
    },
}


@pytest.mark.parametrize("database", ABSENT)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_project_speaks_of_no_database_that_it_does_not_have(
    render: Render, framework: str, database: str
) -> None:
    files = texts(render(framework=framework, database=database))
    allowed = OTHERWISE[database]
    assert [
        line
        for line in offenders(files, ABSENT[database])
        if not re.search(allowed.get(line.split(":")[0], r"(?!)"), line.split(": ", 1)[1])
    ] == []
    assert [path for path in files if ABSENT[database].search(path)] == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_project_without_a_database_installs_and_imports_none(
    render: Render, framework: str
) -> None:
    project = render(framework=framework, database="none")
    packages = tomllib.loads(read(project, "pyproject.toml"))["project"]["dependencies"]
    for path, text in texts(project).items():
        if path.endswith(".py"):
            packages += imported(text)
    assert [package for package in packages if ABSENT["none"].search(package)] == []


def imported(text: str) -> list[str]:
    """Return the modules that a module imports, relative ones as they are written."""
    nodes = list(ast.walk(ast.parse(text)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return names + [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
