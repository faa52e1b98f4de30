"""A project and its template over time: what a team edits, and what a release changes."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import copier

from tests.conftest import copy, git, snapshot

PACKAGE = "src/orders_api"
YOURS = re.compile(r"^( *)(# |<!-- )Yours below.*\n", re.MULTILINE)
# What `git merge-file` and `git apply --reject` leave where two changes met.
CONFLICT = re.compile(rb"^(<{7}|>{7}|={7})( |$)", re.MULTILINE)

Edit = tuple[str, Callable[[str], str]]
# The lines that a team has added, by file.
Work = dict[str, list[str]]


def commit(folder: Path, message: str) -> str:
    """Commit everything; return the commit."""
    git("add", "--all", cwd=folder)
    git("commit", "--quiet", "--allow-empty", "--message", message, cwd=folder)
    return git("rev-parse", "HEAD", cwd=folder).strip()


def release(template: Path, version: str) -> None:
    """Commit and tag what is in the folder, as Copier's users meet it."""
    if not (template / ".git").exists():
        git("init", "--quiet", cwd=template)
    commit(template, version)
    git("tag", version, cwd=template)


def first_release(folder: Path) -> Path:
    """Return a repository with the working tree as its first version."""
    snapshot(folder)
    release(folder, "v1.0.0")
    return folder


def start(template: Path, project: Path, **data: Any) -> Path:
    """Render the newest version, and commit the project."""
    copy(template, project, project_name="Orders API", **data)
    git("init", "--quiet", cwd=project)
    commit(project, "as generated")
    return project


def update(project: Path, exclude: Sequence[str] = (), **data: Any) -> None:
    """Update the project as `copier update --defaults` does, and expect no conflict."""
    copier.run_update(
        project, data=data, exclude=exclude, defaults=True, overwrite=True, quiet=True
    )


def conflicts(project: Path) -> list[str]:
    """Return the files in which two changes met, by git and by what is in the files."""
    unmerged = git("ls-files", "--unmerged", cwd=project).splitlines()
    names = git("ls-files", "--cached", "--others", "--exclude-standard", cwd=project).splitlines()
    files = [project / name for name in names if (project / name).is_file()]
    marked = [
        str(file)
        for file in files
        if file.suffix == ".rej"
        or (b"\0" not in (content := file.read_bytes()) and CONFLICT.search(content))
    ]
    return [*unmerged, *marked]


def change(folder: Path, edits: Sequence[Edit]) -> None:
    """Make each edit; an edit that changes nothing is a mistake."""
    for name, edit in edits:
        path = folder / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        after = edit(before)
        assert after != before, f"Nothing has changed in {name}."
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(after, encoding="utf-8")


def swap(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text, f"There is no: {old}"
        return text.replace(old, new, 1)

    return edit


def below(*lines: str, section: str = "") -> Callable[[str], str]:
    """Add lines right below the first `Yours below` after `section`."""
    return _at_yours(lines, section, lambda place: place.end())


def above(*lines: str, section: str = "") -> Callable[[str], str]:
    """Add lines right before the first `Yours below` after `section`."""
    return _at_yours(lines, section, lambda place: place.start())


def _at_yours(
    lines: Sequence[str], section: str, at: Callable[[re.Match[str]], int]
) -> Callable[[str], str]:
    def edit(text: str) -> str:
        place = YOURS.search(text, text.index(section))
        assert place
        added = "".join(f"{place[1]}{line}".rstrip() + "\n" for line in lines)
        return text[: at(place)] + added + text[at(place) :]

    return edit


# ---- what a team does ----------------------------------------------------------------------------
_FEATURE = '''"""Orders, which are this team's."""

from {module} import APIRouter

router = APIRouter(prefix="/api/v1/orders", tags=["orders"])


@router.get("")
{async_}def list_orders() -> list[str]:
    return ["one", "two"]
'''
# By framework: the module of the endpoints, where their router comes from, and `async`.
_KINDS = {"fastapi": ("router", "fastapi", "async "), "flask": ("views", "..kit.flask", "")}


def own_feature(framework: str) -> list[Edit]:
    """Return the edits that add an endpoint of the team's own to the application of a framework."""
    name, module, async_ = _KINDS[framework]
    feature = _FEATURE.format(module=module, async_=async_)
    app = f"{PACKAGE}/{framework}_app.py"
    settings = "from .settings import "
    imported = f"from .orders.{name} import router as orders_router\n"
    return [
        (f"{PACKAGE}/orders/{name}.py", lambda _: feature),
        (app, swap(settings, f"{imported}{settings}")),
        (app, below("orders_router,")),
    ]


def edits_of_a_team(project: Path) -> list[Edit]:
    """Return what a team does to any project in its first months."""
    edits: list[Edit] = [
        ("README.md", below("", "## Who to ask", "", "The orders team.")),
        ("env.example", below("# SHOP_NAME=Corner shop")),
        (f"{PACKAGE}/settings.py", below('shop_name: str = "Corner shop"')),
        ("pyproject.toml", below('"packaging>=24",', section="dependencies = [")),
        ("pyproject.toml", below('"pytest-randomly>=3",', section="dev = [")),
        ("Dockerfile", swap("EXPOSE 8000", "EXPOSE 8000\nLABEL team=orders")),
        ("compose.yaml", swap("\n\nnetworks:", "\n\n  mail:\n    image: mail\n\nnetworks:")),
        (f"{PACKAGE}/orders/__init__.py", lambda _: '"""Orders of the team."""\n'),
    ]
    for framework in _KINDS:
        if (project / PACKAGE / f"{framework}_app.py").exists():
            edits += own_feature(framework)
    return edits


def work_on(project: Path) -> Work:
    """Let a team work on the project; return its lines."""
    edits = edits_of_a_team(project)
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
_SOURCE = "template/src/{{ package_name }}"
RELEASE: list[Edit] = [
    ("template/pyproject.toml.jinja", swap('"limits>=5.8"', '"limits>=5.7"')),
    ("template/pyproject.toml.jinja", above('"tomli-w>=1",', section="dependencies = [")),
    ("template/README.md.jinja", above("New in this release.", "", section="# ")),
    ("template/env.example.jinja", above("# RELEASE=1", "")),
    (f"{_SOURCE}/settings.py.jinja", above("release: int = 1", "", section="class Settings")),
    ("template/compose.yaml.jinja", swap("services:\n", "services:\n  cache:\n    image: debian\n")),
    (f"{_SOURCE}/kit/middleware/release.py", lambda _: '"""New."""\n'),
]  # fmt: skip
# What is to be seen of it in a project.
RELEASED = {
    "pyproject.toml": '"tomli-w>=1"',
    "README.md": "New in this release.",
    "env.example": "# RELEASE=1",
    f"{PACKAGE}/settings.py": "release: int = 1",
    "compose.yaml": "cache:",
    f"{PACKAGE}/kit/middleware/release.py": '"""New."""',
}
