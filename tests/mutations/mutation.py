"""A protection that projects have, and the change that takes it out.

`rows/` lists them by what they protect. S: security, P: readiness, T: telemetry, L: AWS Lambda,
M: moving.
Of an entry

- `find` has to occur exactly once in the file; `<package>` is the project's package,
- `tests` are those of the project that should notice, as pytest names them,
- `projects` are framework-database-auth, and -server where it is not the usual one, and -deploy after
  that; what is written once per framework, or per server, has an entry for each.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

import yaml

ROWS = Path(__file__).with_name("rows")


class DoesNotApply(Exception):
    """A mutation does not fit the project: one of the two has moved on."""


@dataclass(frozen=True)
class Mutation:
    """One change to one file; `tests` are what should notice it, as pytest names them."""

    row: str
    title: str
    projects: tuple[str, ...]
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]

    def apply(self, folder: Path) -> None:
        """Change the project in `folder`, or raise `DoesNotApply`."""
        file, changed = self.change(folder)
        file.write_text(changed, encoding="utf-8")

    def change(self, folder: Path) -> tuple[Path, str]:
        """Return the file in question as it is to be, or raise `DoesNotApply`."""
        package = _package(folder)
        path, find, replace = (
            each.replace("<package>", package) for each in (self.file, self.find, self.replace)
        )
        file = folder / path
        whole = file.read_text(encoding="utf-8") if file.is_file() else ""
        if (found := whole.count(find)) != 1:
            raise DoesNotApply(f"{self.row}: in {path} there are {found} of: {find}")
        changed = whole.replace(find, replace)
        if changed == whole:
            raise DoesNotApply(f"{self.row}: {path} stays as it is: {find}")
        if file.suffix == ".py":
            _parse(changed, f"{self.row}: {path} is no Python any more: {replace}")
        return file, changed


def answers(project: str) -> dict[str, str]:
    """Return what a project of that name answers to the questions in its name."""
    questions = ("framework", "database", "auth", "server", "deploy")
    named = dict(zip(questions, project.split("-"), strict=False))
    if "deploy" in named:
        named["deploy"] = f"[{named['deploy']}]"  # A list: it takes several.
    return named


def load() -> list[Mutation]:
    """Return what the files in `rows` list."""
    files = [file.read_text(encoding="utf-8") for file in sorted(ROWS.glob("*.yml"))]
    return [_read(entry) for file in files for entry in yaml.safe_load(file)]


def _read(entry: dict[str, object]) -> Mutation:
    lists = {name: tuple(str(entry[name]).split()) for name in ("projects", "tests")}
    words = {name: str(value) for name, value in entry.items() if name not in lists}
    return Mutation(**words, **lists)  # type: ignore[arg-type]  # It refuses names it has not.


def _package(folder: Path) -> str:
    [package] = [path for path in (folder / "src").iterdir() if (path / "__init__.py").exists()]
    return package.name


def _parse(text: str, complaint: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise DoesNotApply(complaint) from error
