"""Renders projects in memory: by Copier itself, which is only kept from writing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from copier._main import Worker
from copier._types import AnyByStrDict
from copier._user_data import AnswersMap, Question

NOWHERE = Path("/nonexistent/orders-api")


@dataclass(frozen=True)
class Rendered:
    """A project that lies nowhere: its files, what it was asked, and what followed from that."""

    files: dict[str, bytes]
    asked: dict[str, Any]
    known: dict[str, Any]

    @property
    def layers(self) -> set[str]:
        return {name for name, value in self.known.items() if value == "."}


class InMemory(Worker):
    """Keeps what Copier would write."""

    @property
    def files(self) -> dict[str, bytes]:
        files: dict[str, bytes] = self.__dict__.setdefault("files of the project", {})
        return files

    def _render_file(
        self, src_relpath: Path, dst_relpath: Path, extra_context: AnyByStrDict | None = None
    ) -> None:
        path = dst_relpath.as_posix()
        assert path not in self.files, f"Two layers that apply together provide {path}."
        if src_relpath.name.endswith(self.template.templates_suffix):
            template = self.jinja_env.get_template(src_relpath.as_posix())
            context = {**self._render_context(), **(extra_context or {})}
            self.files[path] = template.render(context).encode()
        else:
            self.files[path] = _content(self.template.local_abspath / src_relpath)

    def question(
        self, name: str, spec: dict[str, Any], known: Mapping[str, Any], asked: Mapping[str, Any]
    ) -> Question:
        """Return a question as it is after these answers."""
        context = {**self._context, **known, "_copier_answers": dict(asked)}
        return Question(
            answers=AnswersMap(), context=context, jinja_env=self.jinja_env, var_name=name, **spec
        )

    @cached_property
    def _context(self) -> Mapping[str, Any]:
        self.answers = AnswersMap()
        return self._render_context()

    def _render_folder(self, dst_relpath: Path) -> None:
        """A folder is what has files in it."""


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()


class Renderer:
    """Renders one template, a plain directory, again and again; to be used in `fast_copier`."""

    def __init__(self, template: Path) -> None:
        self._source = str(template)
        first = self._worker({})
        # What no answer changes: the files that were read, and what they were compiled to.
        self._shared = {"template": first.template, "jinja_env": first.jinja_env}

    def ask(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return what is known once these answers were given, or raise what Copier says."""
        worker = self._worker(data)
        worker._ask()
        return dict(worker.answers.combined)

    def asker(self) -> InMemory:
        return self._worker({})

    def render(self, data: dict[str, Any]) -> Rendered:
        worker = self._worker(data)
        worker.run_copy()
        asked = dict(worker._answers_to_remember())
        return Rendered(worker.files, asked, dict(worker.answers.combined))

    def _worker(self, data: dict[str, Any]) -> InMemory:
        worker = InMemory(
            src_path=self._source, dst_path=NOWHERE, data=data, defaults=True, quiet=True
        )
        worker.__dict__.update(getattr(self, "_shared", {}))
        return worker
