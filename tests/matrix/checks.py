"""The checks of every file of a rendered project."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import stored_answers
from tests.template.trees import JINJA, applying, contents, offenders, provided, texts

PARSERS: dict[str, Callable[[str], Any]] = {
    ".json": json.loads,
    ".py": lambda text: ast.parse(text, feature_version=(3, 11)),
    ".toml": tomllib.loads,
    ".yml": yaml.compose,
    ".yaml": yaml.compose,  # CloudFormation has tags of its own.
}
UNTIDY = re.compile(r"\A\n|[^\S\n]$|\t|\r|\n{4}|\n\n\Z|[^\n]\Z", re.MULTILINE)
# The distributions and modules of what a project may not have without one of these layers.
PACKAGES = {
    "fastapi": r"fastapi|starlette|uvicorn|hypercorn|mangum|aiosqlite",
    "asyncpg": r"asyncpg",
    "flask hybrid": r"flask|werkzeug",
    "flask_only": r"gevent|apig.wsgi",
    "sql": r"sqlalchemy|alembic|aiosqlite|psycopg",
    "postgresql": r"psycopg",
    "jwt": r"pwdlib",
    "aws_lambda": r"mangum|apig.wsgi",
    "gunicorn": r"gunicorn",
}


def faults(project: Path) -> list[str]:
    """Return all that is wrong with the files of a project."""
    files = texts(project)
    return [
        *invalid(files),
        *offenders(files, JINJA),
        *(f"{path} is a path with braces" for path in files if re.search(r"[{}]|\.jinja$", path)),
        *(f"{path} has untidy white space" for path, text in files.items() if UNTIDY.search(text)),
        *misplaced(project),
        *unwanted(project),
        *(f"{path} is empty" for path in project.rglob("*") if path.is_dir() and not any(path.iterdir())),
        *unformatted(project),
    ]  # fmt: skip


def invalid(files: dict[str, str]) -> list[str]:
    """Return the files that cannot be parsed."""
    problems = []
    for path, text in files.items():
        try:
            PARSERS.get(Path(path).suffix, str)(text)
        except (SyntaxError, ValueError, yaml.YAMLError) as error:
            problems.append(f"{path}: {error}")
    return problems


def misplaced(project: Path) -> list[str]:
    """Return the files that the layers of the answers do not provide, or provide twice."""
    answers = stored_answers(project)
    paths = provided(applying(answers))
    expected = [path.replace("orders_api", answers["package_name"]) for path in paths]
    twice = {path for path in expected if expected.count(path) > 1}
    different = {*expected} ^ {*contents(project)}
    return [f"{path} is not of exactly one layer" for path in sorted(twice | different)]


def unwanted(project: Path) -> list[str]:
    """Return the packages of other answers that a project installs or imports."""
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    names = settings["project"]["dependencies"] + settings["dependency-groups"]["dev"]
    for path in project.rglob("*.py"):
        names += imported(path.read_text(encoding="utf-8"))
    layers = applying(stored_answers(project))
    return [
        f"{name} belongs to {kinds}"
        for name in names
        for kinds, packages in PACKAGES.items()
        if re.match(packages, name) and layers.isdisjoint(kinds.split())
    ]


def imported(text: str) -> list[str]:
    """Return the modules that a module imports by their full names."""
    nodes = list(ast.walk(ast.parse(text)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return names + [
        node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level
    ]


def unformatted(project: Path) -> list[str]:
    """Return what ruff says about a project."""
    problems = []
    for verb in (["format", "--check"], ["check"]):
        command = [sys.executable, "-m", "ruff", *verb, "--no-cache", "--quiet", "."]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
        problems += [done.stdout + done.stderr] if done.returncode else []
    return problems
