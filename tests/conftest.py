"""Renders projects from the working tree: quickly, each once, and never with --trust."""

import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import copier
import jinja2
import plumbum
import pytest
import yaml
from copier._main import Worker  # Private, and so is what is in it: see `fast_copier`.
from copier._types import Phase

# Found here wherever below pytest is started.
pytest_plugins = ["tests.matrix.plugin"]

ROOT = Path(__file__).parents[1]
FRAMEWORKS = ("fastapi", "flask", "hybrid")

Render = Callable[..., Path]


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Let `-n auto` mean half as many again: a worker waits, for servers above all, half of its time."""
    processors = yield
    return processors + (processors + 1) // 2


def git(*args: str, cwd: Path) -> str:
    """Run git as somebody, untouched by the repository that a hook may have set."""
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *identity, *args], cwd=cwd, env=clean, check=True, capture_output=True, text=True
    )
    return done.stdout


def working_tree() -> list[Path]:
    """The files of the repository as they are now, committed or not, ignored ones left out."""
    names = git("ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT).split("\0")
    files = [Path(name) for name in names if name]
    return [
        path
        for path in files
        if (ROOT / path).is_file() and not {"__pycache__", ".venv"} & {*path.parts}
    ]


def snapshot(folder: Path) -> Path:
    """Copy the working tree; Copier would otherwise render the repository's latest tag."""
    for path in working_tree():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    return folder


def answers(framework: str) -> dict[str, Any]:
    """Answers that lead to the framework, as a file a user could pass."""
    file = ROOT / f"tests/answers/{framework}.yml"
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


_compile = jinja2.Environment.compile
_compiled: dict[tuple[Any, ...], Any] = {}


def _compile_once(
    self: jinja2.Environment, source: Any, name: Any = None, filename: Any = None, *rest: Any
) -> Any:
    # Copier's own `yield` tag leaves a trace on its environment when it is compiled.
    if not isinstance(source, str) or "yield" in source:
        return _compile(self, source, name, filename, *rest)
    key = (source, name, filename, rest, type(self), self.trim_blocks, self.undefined)
    if key not in _compiled:
        _compiled[key] = _compile(self, source, name, filename, *rest)
    return _compiled[key]


_context = Worker._render_context
_string = Worker._render_string
_answers_file: Callable[[Worker], Path] = vars(Worker)["answers_relpath"].fget


def _context_once(self: Worker) -> Any:
    # While files are rendered, nothing is answered any more.
    if Phase.current() != Phase.RENDER:
        return _context(self)
    return _once(self, "context", lambda: _context(self))


def _string_once(self: Worker, string: str, extra_context: Any = None) -> str:
    # The same folders are on the way to many files.
    if Phase.current() != Phase.RENDER or extra_context or "yield" in string:
        return _string(self, string, extra_context)
    rendered: str = _once(self, string, lambda: _string(self, string))
    return rendered


def _answers_file_once(self: Worker) -> Path:
    def found() -> Path:
        with Phase.use(Phase.PROMPT):  # It changes the context that it is given.
            return _answers_file(self)

    path: Path = _once(self, "answers file", found)
    return path


def _once(worker: Worker, what: str, work_out: Callable[[], Any]) -> Any:
    known = worker.__dict__.setdefault("worked out once", {})
    if what not in known:
        known[what] = work_out()
    return known[what]


def _load_yaml(stream: Any) -> Any:
    # The matrix of the decision, and its evidence, are the same long texts in each render.
    known = isinstance(stream, str) and len(stream) > 5000
    return _known_yaml(stream) if known else _any_yaml(stream)


def _any_yaml(stream: Any) -> Any:
    return yaml.load(stream, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


_known_yaml = cache(_any_yaml)


@contextmanager
def quick_copier() -> Iterator[None]:
    """Work out once what stays the same in a render."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", _compile_once)
        patch.setattr(Worker, "_render_context", _context_once)
        patch.setattr(Worker, "_render_string", _string_once)
        patch.setattr(Worker, "answers_relpath", property(_answers_file_once))
        patch.setattr(yaml, "safe_load", _load_yaml)
        yield


@contextmanager
def fast_copier() -> Iterator[None]:
    """Spare Copier a call of git per file, too.

    For `run_copy` from a plain directory alone: without git, `run_update` cannot work.
    """
    with quick_copier(), plumbum.local.env(PATH="/nonexistent"), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working tree as a plain directory."""
    return snapshot(tmp_path_factory.mktemp("template") / "copier-python-api")


@pytest.fixture(scope="session")
def render(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """`render(**answers)`: a project to read. It is shared: take `fresh` to change one."""
    rendered: dict[str, Path] = {}

    def _render(**data: Any) -> Path:
        data = {"project_name": "Orders API", **data}
        key = json.dumps(data, sort_keys=True)
        if key not in rendered:
            folder = tmp_path_factory.mktemp("project") / "project"
            with fast_copier():
                copier.run_copy(str(template), folder, data=data, defaults=True, quiet=True)
            rendered[key] = folder
        return rendered[key]

    return _render


@pytest.fixture
def fresh(render: Render, tmp_path: Path) -> Render:
    """`fresh(**answers)`: a project of the test's own."""

    def _fresh(**data: Any) -> Path:
        return shutil.copytree(render(**data), tmp_path / "project")

    return _fresh
