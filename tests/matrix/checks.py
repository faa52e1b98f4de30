"""What is asked of every file that is rendered, wherever it is rendered to."""

import ast
import json
import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import yaml

from tests.matrix.memory import Rendered
from tests.template.test_output import JINJA
from tests.template.trees import FOREIGN, offenders, provided

# By what a file that is no test gives away that it knows a layer, and where it may without having it.
# What one framework or database may say of others is in `test_output`.
WORDS = {
    "jwt": r"jwt_keys|pwdlib|argon2|login_rate|accounts (grant|disable)",
    "api_key": r"x-api-key|\bapi_keys?\b|keys create",
    "oidc": r"oidc|openid|poe provider",
    "uvicorn": r"uvicorn",
    "gunicorn": r"gunicorn",
    "gevent": r"gevent",
    "granian": r"granian",
    "hypercorn": r"hypercorn",
    "kubernetes": r"kubernetes|kubectl|kustom",
    "aws_lambda": r"aws_|aws lambda|mangum|apig",
    "github": r"github actions|\.github/|dependabot",
    "gitlab": r"gitlab",
    "adopts": r"adopt",
}
MAY = {
    # What a page of another origin may send, whoever reads it.
    ("api_key", "src/orders_api/edge/cors.py"),
    # How another answer would take this one's migration along.
    ("api_key", "README.md"),
    # The page cannot log in at a provider, and hides what it cannot do.
    ("oidc", "src/orders_api/docs_ui/static/swagger.js"),
    # How much of a body other servers take in; and what serves an application by itself, to compare.
    ("gunicorn", "src/orders_api/edge/wsgi.py"),
    ("gunicorn", "docs/adopting.md"),
}
# All answers are in these, and the versions of all packages.
OF_ALL = re.compile(r"^(docs/decisions/|\.copier-answers\.yml$|tests/)")
TESTED = re.compile(r'^ *"[\w-]+<=.*$', re.MULTILINE)

# Where it is, and what is in it.
Text = tuple[str, str]

PARSERS: dict[str, Callable[[str], Any]] = {
    "json": json.loads,
    "py": lambda text: ast.parse(text, feature_version=(3, 11)),
    "toml": tomllib.loads,
    "yml": yaml.compose,
    "yaml": yaml.compose,  # CloudFormation has tags of its own.
}


def invalid(kind: str, texts: Iterable[Text]) -> list[str]:
    """Say what is no valid file of its kind."""
    found = []
    for where, text in texts:
        try:
            PARSERS[kind](text)
        except (SyntaxError, ValueError, yaml.YAMLError) as error:
            found.append(f"{where}: {error}")
    return found


def unrendered(texts: Iterable[Text]) -> list[str]:
    return offenders(dict(texts), JINJA)


def untidy(texts: Iterable[Text]) -> list[str]:
    wrong = re.compile(r"\A\n|[^\S\n]$|\t|\r|\n{4}|\n\n\Z|[^\n]\Z", re.MULTILINE)
    return [where for where, text in texts if re.search(wrong, text)]


def misplaced(project: Rendered) -> list[str]:
    """Return the files that no layer which applies has, or that such a layer has in vain."""
    package: str = project.known["package_name"]
    wanted = [path.replace("orders_api", package) for path in provided(project.layers)]
    assert len(wanted) == len({*wanted}), "Two layers provide the same file."
    return sorted({*wanted} ^ {*project.files})


@cache
def mentioned(path: str, content: bytes) -> frozenset[str]:
    """Return the layers that a file speaks of and may not, where they are off."""
    if FOREIGN.search(path) or OF_ALL.search(path):
        return frozenset()
    text = TESTED.sub("", content.decode()).lower()
    named = {layer for layer, words in WORDS.items() if re.search(words, f"{path}\n{text}")}
    return frozenset(layer for layer in named if (layer, path) not in MAY)


def unasked(project: Rendered) -> list[str]:
    """Say which files speak of what nobody asked for."""
    return [
        f"{path} speaks of {layer}"
        for path, content in project.files.items()
        for layer in mentioned(path, content) - project.layers
    ]


def faults(project: Rendered) -> list[str]:
    """Say all that is wrong about the files of one project."""
    texts = [
        (path, content.decode())
        for path, content in project.files.items()
        if not FOREIGN.search(path)
    ]
    parsed = [
        fault
        for kind in PARSERS
        for fault in invalid(kind, (each for each in texts if each[0].endswith(f".{kind}")))
    ]
    return [*parsed, *unrendered(texts), *untidy(texts), *misplaced(project)]
