"""Writes into `template/pyproject.toml.jinja` the newest versions that a project was tested with.

    uv run python tests/projects/constraints.py

A first `uv lock` in a project that is rendered months later must not meet a release that nobody
tried. So the versions that a lock finds today travel with the template; the tests then run with
exactly these, and a scheduled job tells when newer ones break something.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import copier

ROOT = Path(__file__).parents[2]
FILE = ROOT / "template" / "pyproject.toml.jinja"
LIST = re.compile(r"(?<=^constraint-dependencies = \[\n).*?(?=^\]$)", re.DOTALL | re.MULTILINE)


def locked_versions(lock: str) -> dict[str, str]:
    """Return the version of each package that `lock` takes from an index."""
    packages = tomllib.loads(lock)["package"]
    return {each["name"]: each["version"] for each in packages if "registry" in each["source"]}


# Together they have every dependency.
ANSWERS: list[dict[str, Any]] = [
    {"framework": framework, "auth": auth}
    for framework, auth in product(("fastapi", "flask", "hybrid"), ("jwt", "oidc"))
]
ANSWERS += [
    {"framework": "flask", "server": "gevent", "deploy": ["kubernetes", "lambda"]},
    {"framework": "hybrid", "deploy": ["lambda"]},
    {"framework": "fastapi", "server": "hypercorn"},
    {"framework": "fastapi", "asyncpg": True},
]
# Versions of packages that only some projects may mention, and the layer of these.
OPTIONAL = {"asyncpg": "asyncpg"}


def newest(answers: dict[str, Any], folder: Path) -> dict[str, str]:
    """Return what a project with these answers would get today."""
    copier.run_copy(
        str(ROOT),
        folder,
        data={"project_name": "Constraints", **answers},
        defaults=True,
        quiet=True,
        vcs_ref="HEAD",
    )
    rendered = folder / "pyproject.toml"
    rendered.write_text(LIST.sub("", rendered.read_text(encoding="utf-8")), encoding="utf-8")
    subprocess.run(["uv", "lock", "--quiet", "--upgrade"], cwd=folder, check=True)
    return locked_versions((folder / "uv.lock").read_text(encoding="utf-8"))


def _line(name: str, version: str) -> str:
    line = f'    "{name}<={version}",\n'
    layer = OPTIONAL.get(name)
    return f"{{% if layer.{layer} %}}\n{line}{{% endif %}}\n" if layer else line


def main() -> None:
    found: dict[str, str] = {}
    for answers in ANSWERS:
        with tempfile.TemporaryDirectory() as folder:
            found |= newest(answers, Path(folder) / "project")
    lines = [_line(name, version) for name, version in sorted(found.items())]
    written = LIST.sub("".join(lines), FILE.read_text(encoding="utf-8"), count=1)
    FILE.write_text(written, encoding="utf-8")
    sys.stdout.write(f"{FILE.relative_to(ROOT)}: {len(lines)} packages\n")


if __name__ == "__main__":
    main()
