"""Reads folders whole, so that a law can be said about every file in them."""

import re
from pathlib import Path
from typing import Any

from tests.conftest import FRAMEWORKS, ROOT, working_tree

ASGI = ("uvicorn", "gunicorn_asgi", "granian", "hypercorn")
# What can serve each framework; the default comes first.
SERVERS = {"fastapi": ASGI, "flask": ("gunicorn", "gevent"), "hybrid": ASGI}
# A project for each combination of layers that is of its own kind: the frameworks, a hybrid that
# adopts an application, what is left without a server for the data, or without a database, who
# may call, what serves it, and where it is deployed and checked.
PROJECTS: dict[str, dict[str, Any]] = {framework: {"framework": framework} for framework in FRAMEWORKS} | {
    "adopting": {"framework": "hybrid", "legacy_app": "shop.web:create_app()"},
    "in a file": {"framework": "flask", "database": "sqlite"},
    "in a file, adopting": {
        "framework": "hybrid", "legacy_app": "shop.web:create_app()", "database": "sqlite",
    },
    **{
        f"adopting, {auth}": {
            "framework": "hybrid", "legacy_app": "shop.web:create_app()", "auth": auth,
        }
        for auth in ("none", "api_key", "oidc")
    },
    "in memory": {"framework": "hybrid", "database": "none"},
    "in memory, fastapi": {"framework": "fastapi", "database": "none"},
    "in memory, flask": {"framework": "flask", "database": "none"},
    **{
        f"{name}, {auth}": {"framework": name, "auth": auth}
        for name in FRAMEWORKS
        for auth in ("none", "api_key", "oidc")
    },
    "in memory, oidc": {"framework": "hybrid", "database": "none", "auth": "oidc"},
    **{
        f"{name}, {server}": {"framework": name, "server": server}
        for name, servers in SERVERS.items()
        for server in servers[1:]
    },
    **{
        f"{name}, deployed": {"framework": name, "deploy": ["kubernetes"], "ci": "gitlab"}
        for name in FRAMEWORKS
    },
    "deployed, in memory": {
        "framework": "fastapi", "deploy": ["kubernetes"], "database": "none", "ci": "none",
    },
    **{f"{name}, on lambda": {"framework": name, "deploy": ["lambda"]} for name in FRAMEWORKS},
    "on lambda, in memory": {"framework": "flask", "deploy": ["lambda"], "database": "none"},
    "on lambda, oidc": {"framework": "fastapi", "deploy": ["lambda"], "auth": "oidc"},
    "on lambda, adopting": {
        "framework": "hybrid", "deploy": ["lambda", "kubernetes"], "auth": "none",
        "legacy_app": "shop.web:create_app()", "server": "gunicorn_asgi",
    },
    "on lambda, gevent": {"framework": "flask", "deploy": ["lambda"], "server": "gevent"},
}  # fmt: skip

NAMES = {
    "{{ package_name }}": "orders_api",
    "{{ _copier_conf.answers_file }}": ".copier-answers.yml",
}
TEMPLATE = [path.parts[1:] for path in working_tree() if path.parts[0] == "template"]

# Other people's files, held as they are, and what is no text.
FOREIGN = re.compile(r"docs_ui/static/(redoc|swagger-ui-dist)/|\.(gif|gz|ico|jpg|png)$")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def texts(folder: Path) -> dict[str, str]:
    """Return the files that are ours to write."""
    return {
        path: data.decode() for path, data in contents(folder).items() if not FOREIGN.search(path)
    }


def sources() -> dict[str, str]:
    """Return the files of this repository that are ours to write, as they are now."""
    return {
        path.as_posix(): (ROOT / path).read_text(encoding="utf-8")
        for path in working_tree()
        if not FOREIGN.search(path.as_posix())
    }


def offenders(files: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    """Return the lines that hold what `pattern` looks for, each with its place."""
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in files.items()
        for number, line in enumerate(text.split("\n"), 1)
        if pattern.search(line)
    ]


def layer(part: str) -> str | None:
    """Return the layer that a part of a path in the template names, if it does."""
    found = re.fullmatch(r"\{\{ (\w+) \}\}", part)
    return found[1] if found and part not in NAMES else None


def rendered(path: tuple[str, ...]) -> str:
    """Return where a file of the template, by the parts of its path, comes to lie in a project."""
    parts = (part.removesuffix(".jinja") for part in path if not layer(part))
    return "/".join(NAMES.get(part, part) for part in parts)


def provided(layers: set[str]) -> list[str]:
    """Return what the template's folders hold where these apply, one entry for each source."""
    return [
        rendered(path) for path in TEMPLATE if layers.issuperset(filter(None, map(layer, path)))
    ]
