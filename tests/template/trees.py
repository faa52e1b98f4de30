"""Reads whole folders: rendered projects, this repository, and which files the layers provide."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import yaml

from tests.conftest import ROOT, working_tree

NAMES = {
    "{{ package_name }}": "orders_api",
    "{{ _copier_conf.answers_file }}": ".copier-answers.yml",
}
TEMPLATE = [path.parts[1:] for path in working_tree() if path.parts[0] == "template"]

# Files of others that are shipped as they are, and files that are no text.
FOREIGN = re.compile(
    r"kit/openapi/static/(redoc|swagger-ui-dist)/|/procrastinate_[0-9_]+\.sql$|\.(gif|gz|ico|jpg|onnx|png)$"
)
# ${{ is GitHub's, and {{resolve: is what CloudFormation looks up.
JINJA = re.compile(r"(?<!\$)\{\{-? ?(?!resolve:)\w|\{%|\{# ")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` by its path; git's own are left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


def texts(folder: Path) -> dict[str, str]:
    """Return the files of a project that the template's authors wrote."""
    return {
        path: data.decode() for path, data in contents(folder).items() if not FOREIGN.search(path)
    }


def sources() -> dict[str, str]:
    """Return the files of this repository that its authors wrote, as they are now."""
    return {
        path.as_posix(): (ROOT / path).read_text(encoding="utf-8")
        for path in working_tree()
        if not FOREIGN.search(path.as_posix())
    }


def offenders(files: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    """Return the lines that match `pattern`, each with its place."""
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in files.items()
        for number, line in enumerate(text.split("\n"), 1)
        if pattern.search(line)
    ]


@cache
def layers() -> list[str]:
    """Return the names of all layers."""
    return re.findall(r"^(\w+):", _table(), re.MULTILINE)


@cache
def _table() -> str:
    settings = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    table: str = settings["layer"]["default"]
    return table


def applying(answers: dict[str, Any]) -> set[str]:
    """Return the layers that apply to a project with these answers, as it stores them."""
    known = {
        "deploy": [],
        "job_queue": "",
        "legacy_app": f"{answers['package_name']}.flask_app:create_app()",
        **answers,
        "chosen_framework": answers["framework"],
        "chosen_auth": answers["auth"],
        "chosen_server": answers["server"],
    }
    strict = jinja2.Environment(undefined=jinja2.StrictUndefined)
    table: dict[str, str] = yaml.safe_load(strict.from_string(_table()).render(known))
    return {name for name, value in table.items() if value == "."}


def layer(part: str) -> str | None:
    """Return the layer that a part of a path in the template names, if it names one."""
    match = re.fullmatch(r"\{\{ layer\.(\w+) \}\}", part)
    return match[1] if match else None


def provided(applying: set[str]) -> list[str]:
    """Return the paths that these layers and the shared files provide, one for each source."""
    return [
        _rendered(path) for path in TEMPLATE if applying.issuperset(filter(None, map(layer, path)))
    ]


def _rendered(path: tuple[str, ...]) -> str:
    parts = (part.removesuffix(".jinja") for part in path if not layer(part))
    return "/".join(NAMES.get(part, part) for part in parts)
