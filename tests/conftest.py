"""Renders projects from the working tree, each once for all workers and without --trust."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import copier
import jinja2
import pytest
import yaml

# Found here wherever below pytest is started.
pytest_plugins = ["tests.matrix.plugin"]

ROOT = Path(__file__).parents[1]
FRAMEWORKS = ("fastapi", "flask", "hybrid")

Render = Callable[..., Path]


_compile = jinja2.Environment.compile
_compiled: dict[tuple[object, ...], Any] = {}


def _compile_once(self: jinja2.Environment, source: Any, *args: Any, **kwargs: Any) -> Any:
    """Compile a text of the template once for all renders: Copier does it anew for each path."""
    options = self.trim_blocks, self.lstrip_blocks, self.keep_trailing_newline, self.sandboxed
    key = (source, options, args, *kwargs.items())
    if key not in _compiled:
        _compiled[key] = _compile(self, source, *args, **kwargs)
    return _compiled[key]


jinja2.Environment.compile = _compile_once  # type: ignore[method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Start three workers for two cores: a worker waits for servers half of its time."""
    processors = yield
    return processors + (processors + 1) // 2


def git(*args: str, cwd: Path) -> str:
    """Run git with an identity of its own, unaffected by GIT_ variables of a hook."""
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *identity, *args], cwd=cwd, env=clean, check=True, capture_output=True, text=True
    )
    return done.stdout


def working_tree() -> list[Path]:
    """Return the files of the repository as they are now, committed or not, ignored ones left out."""
    names = git("ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT).split("\0")
    files = [Path(name) for name in names if name]
    return [
        path
        for path in files
        if (ROOT / path).is_file() and not {"__pycache__", ".venv"} & {*path.parts}
    ]


def snapshot(folder: Path) -> Path:
    """Copy the working tree. From the repository itself, Copier would render the latest tag."""
    for path in working_tree():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    return folder


def answers(framework: str) -> dict[str, Any]:
    """Return answers that lead to the framework, from a file that a user could pass."""
    file = ROOT / f"tests/answers/{framework}.yml"
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


def stored_answers(project: Path) -> dict[str, Any]:
    """Return the answers that the project keeps, with those that Copier adds."""
    text = (project / ".copier-answers.yml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def copy(template: Path, folder: Path, **data: Any) -> Path:
    """Render a project by Copier's public function, as `copier copy --defaults` does."""
    copier.run_copy(str(template), folder, data=data, defaults=True, quiet=True)
    return folder


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Let the first worker that needs the folder make it, while the others wait for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_name(f"{folder.name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def template(shared: Path) -> Path:
    """Return the working tree as a plain directory."""
    return once(shared / "template" / "copier-python-api", snapshot)


@pytest.fixture(scope="session")
def render(template: Path, shared: Path) -> Render:
    """`render(**answers)`: a project to read. It is shared: take `fresh` for one to change."""

    def _render(**data: Any) -> Path:
        data = {"project_name": "Orders API", **data}
        key = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
        return once(shared / "rendered" / key, lambda folder: copy(template, folder, **data))

    return _render


@pytest.fixture
def fresh(render: Render, tmp_path: Path) -> Render:
    """`fresh(**answers)`: a project of the test's own."""

    def _fresh(**data: Any) -> Path:
        return shutil.copytree(render(**data), tmp_path / "project")

    return _fresh
