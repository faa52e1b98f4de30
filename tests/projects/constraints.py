"""Writes `template/uv.toml`: the newest versions that the tests have seen a project work with.

    uv run python tests/projects/constraints.py

A first `uv lock` in a project that is rendered months later must not meet a release that nobody
tried. So the versions that a lock finds today travel with the template; the tests then run with
exactly these, and a scheduled job tells when newer ones break something.
"""

import subprocess
import sys
import tempfile
import tomllib
from itertools import product
from pathlib import Path

import copier

ROOT = Path(__file__).parents[2]
FILE = ROOT / "template" / "uv.toml"
HEAD = """\
# https://docs.astral.sh/uv/reference/settings/#constraint-dependencies
# The newest versions that this project was tested with when its template was released: what
# `uv lock` finds is known to work. To go further, raise or delete a line, lock and test;
# `uvx copier update` brings the next list.
constraint-dependencies = [
"""


def locked(lock: str) -> dict[str, str]:
    """Return the version of each package that `lock` takes from an index."""
    packages = tomllib.loads(lock)["package"]
    return {each["name"]: each["version"] for each in packages if "registry" in each["source"]}


def newest(framework: str, auth: str, folder: Path) -> dict[str, str]:
    """Return what a project with these answers would get today."""
    copier.run_copy(
        str(ROOT),
        folder,
        data={"project_name": "Constraints", "framework": framework, "auth": auth},
        defaults=True,
        quiet=True,
        vcs_ref="HEAD",
    )
    (folder / FILE.name).unlink(missing_ok=True)
    subprocess.run(["uv", "lock", "--quiet", "--upgrade"], cwd=folder, check=True)
    return locked((folder / "uv.lock").read_text(encoding="utf-8"))


def main() -> None:
    found: dict[str, str] = {}
    for framework, auth in product(("fastapi", "flask", "hybrid"), ("jwt", "oidc")):
        with tempfile.TemporaryDirectory() as folder:
            found |= newest(framework, auth, Path(folder) / framework)
    lines = [f'    "{name}<={version}",\n' for name, version in sorted(found.items())]
    FILE.write_text(HEAD + "".join(lines) + "]\n", encoding="utf-8")
    sys.stdout.write(f"{FILE.relative_to(ROOT)}: {len(lines)} packages\n")


if __name__ == "__main__":
    main()
