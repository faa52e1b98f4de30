"""A project and its template, both of which go on: what a team does, and what a release changes."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import copier
import yaml

from tests.conftest import git, snapshot

PACKAGE = "src/orders_api"
YOURS = re.compile(r"^( *)(# |<!-- )Yours below.*\n", re.MULTILINE)
# What `git merge-file` and `git apply --reject` leave where two changes met.
CONFLICT = re.compile(r"^(<{7}|>{7}|={7})( |$)", re.MULTILINE)

Edit = tuple[str, Callable[[str], str]]


def commit(folder: Path, message: str) -> str:
    """Commit all there is; return the commit."""
    git("add", "--all", cwd=folder)
    git("commit", "--quiet", "--allow-empty", "--message", message, cwd=folder)
    return git("rev-parse", "HEAD", cwd=folder).strip()


def publish(template: Path, version: str) -> None:
    """Release what is in the folder, in the way that Copier sees."""
    if not (template / ".git").exists():
        git("init", "--quiet", cwd=template)
    commit(template, version)
    git("tag", version, cwd=template)


def working_tree(folder: Path, version: str = "v1.0.0") -> Path:
    """Return a repository that holds the working tree as a version."""
    template = snapshot(folder)
    publish(template, version)
    return template


def start(template: Path, project: Path, **data: Any) -> Path:
    """Render the newest version, and commit what came out."""
    data = {"project_name": "Orders API", **data}
    copier.run_copy(str(template), project, data=data, defaults=True, quiet=True)
    git("init", "--quiet", cwd=project)
    commit(project, "as generated")
    return project


def update(project: Path, exclude: Sequence[str] = (), **data: Any) -> None:
    copier.run_update(
        project, data=data, exclude=exclude, defaults=True, overwrite=True, quiet=True
    )


def conflicts(project: Path) -> list[str]:
    """Return where two changes met, by what git knows and by what is in the files."""
    unmerged = git("ls-files", "--unmerged", cwd=project).splitlines()
    names = git("ls-files", "--cached", "--others", "--exclude-standard", cwd=project).splitlines()
    left = [name for name in names if name.endswith(".rej") or _is_marked(project / name)]
    return [*unmerged, *left]


def _is_marked(path: Path) -> bool:
    if not path.is_file() or b"\0" in (content := path.read_bytes()):
        return False
    return CONFLICT.search(content.decode("utf-8", "replace")) is not None


def change(folder: Path, edits: Sequence[Edit]) -> None:
    """Make each edit; one that changes nothing is a mistake of whoever wrote it."""
    for name, edit in edits:
        path = folder / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        after = edit(before)
        assert after != before, f"Nothing has changed in {name}."
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(after, encoding="utf-8")


def below(*lines: str, section: str = "") -> Callable[[str], str]:
    """Add lines right below the first `Yours below` after `section`."""

    def edit(text: str) -> str:
        place = YOURS.search(text, text.index(section))
        assert place
        added = "".join(f"{place[1]}{line}\n" for line in lines)
        return text[: place.end()] + added + text[place.end() :]

    return edit


def swap(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert text.count(old) >= 1, f"There is no: {old}"
        return text.replace(old, new, 1)

    return edit


def first(section: str, *lines: str) -> Callable[[str], str]:
    """Add lines right before the first `Yours below` after `section`."""

    def edit(text: str) -> str:
        place = YOURS.search(text, text.index(section))
        assert place
        added = "".join(f"{place[1]}{line}\n" for line in lines)
        return text[: place.start()] + added + text[place.start() :]

    return edit


def stored(project: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((project / ".copier-answers.yml").read_text())
    return content


# ---- what a team does ----------------------------------------------------------------------------
_FEATURE = '''"""Orders, which are this team's."""

from {kind} import APIRouter

router = APIRouter(prefix="/api/v1/orders", tags=["orders"])


@router.get("")
{async_}def browse() -> list[str]:
    return ["one", "two"]
'''
_KINDS = {"fastapi": ("fastapi", "async "), "flask": (".routing", "")}


def halves(project: Path) -> list[str]:
    """Return the frameworks that the project has a folder for."""
    return [name for name in _KINDS if (project / PACKAGE / f"{name}_app").is_dir()]


def own_feature(half: str) -> list[Edit]:
    """Return what adds endpoints of the team's own to one half."""
    kind, async_ = _KINDS[half]
    feature = _FEATURE.format(kind=kind, async_=async_)
    app = f"{PACKAGE}/{half}_app"
    return [
        (f"{app}/orders.py", lambda _: feature),
        (f"{app}/features.py", swap("import auth, todos", "import auth, orders, todos")),
        (f"{app}/features.py", below("orders.router,")),
    ]


def of_the_team(project: Path) -> list[Edit]:
    """Return what a team does to any project in its first months."""
    edits: list[Edit] = [
        ("README.md", below("", "## Who to ask", "", "The orders team.")),
        ("README.md", swap("Commit first,", "Commit first, always,")),
        (".env.example", below("# SHOP_NAME=Corner shop")),
        (f"{PACKAGE}/settings.py", below('shop_name: str = "Corner shop"')),
        ("pyproject.toml", below('"packaging>=24",', section="dependencies = [")),
        ("pyproject.toml", below('"pytest-randomly>=3",', section="dev = [")),
        ("Dockerfile", swap("EXPOSE 8000", "EXPOSE 8000\nLABEL team=orders")),
        (
            "compose.yaml",
            swap("\n\nnetworks:", "\n\n  mail:\n    image: axllent/mailpit:v1.21\n\nnetworks:"),
        ),
        (f"{PACKAGE}/services/orders.py", lambda _: '"""What the team sells."""\n'),
        (f"{PACKAGE}/core/todos.py", swap('"""', '"""Ours by now. ')),
    ]
    for half in halves(project):
        edits += own_feature(half)
    return edits


Work = dict[str, list[str]]


def work_on(project: Path) -> Work:
    """Let a team work on the project; return the lines that are theirs, by file."""
    edits = of_the_team(project)
    before = {name: _lines(project / name) for name, _ in edits}
    change(project, edits)
    commit(project, "months of work")
    return {
        name: [line for line in _lines(project / name) if line not in lines]
        for name, lines in before.items()
    }


def lost(project: Path, work: Work) -> list[str]:
    """Return the lines of the team that are gone, each with its file."""
    return [
        f"{name}: {line}"
        for name, lines in work.items()
        for line in lines
        if line not in _lines(project / name)
    ]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


# ---- what a release changes ----------------------------------------------------------------------
_T = "template"
_P = "src/{{ package_name }}"
RELEASE: list[Edit] = [
    (f"{_T}/pyproject.toml.jinja", swap('"limits>=5.8"', '"limits>=5.9"')),
    (f"{_T}/pyproject.toml.jinja", first("dependencies = [", '"tomli-w>=1",')),
    (f"{_T}/pyproject.toml.jinja", first("dev = [", '"pytest-timeout>=2",')),
    (f"{_T}/README.md.jinja", first("# ", "Said by a release.", "")),
    (f"{_T}/.env.example.jinja", first("", "# SET_BY_A_RELEASE=1", "")),
    (f"{_T}/{_P}/settings.py", first("class Settings", "set_by_a_release: int = 1", "")),
    (f"{_T}/Dockerfile.jinja", swap("WORKDIR /app\n# Any", "WORKDIR /app\n# By a release.\n# Any")),
    (
        f"{_T}/compose.yaml.jinja",
        swap("services:\n", "services:\n  by-a-release:\n    image: debian\n"),
    ),
    (f"{_T}/{_P}/core/by_a_release.py", lambda _: '"""New."""\n'),
    (
        f"{_T}/{{{{ fastapi }}}}/{_P}/fastapi_app/features.py",
        first("FEATURES", "*(),  # By a release."),
    ),
    (
        f"{_T}/{{{{ flask }}}}/{_P}/flask_app/features.py",
        first("FEATURES", "*(),  # By a release."),
    ),
]
# What is to be seen of it in a project.
RELEASED = {
    "pyproject.toml": ['"limits>=5.9"', '"tomli-w>=1"', '"pytest-timeout>=2"'],
    "README.md": ["Said by a release."],
    ".env.example": ["# SET_BY_A_RELEASE=1"],
    f"{PACKAGE}/settings.py": ["set_by_a_release: int = 1"],
    "Dockerfile": ["# By a release."],
    "compose.yaml": ["by-a-release:"],
    f"{PACKAGE}/core/by_a_release.py": ['"""New."""'],
}
