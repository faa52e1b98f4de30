"""Draws combinations of answers by chance, and renders them in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from tests.conftest import fast_copier
from tests.matrix.memory import Rendered, Renderer
from tests.matrix.refused import accepted
from tests.matrix.space import CRITERIA, data, space
from tests.template.trees import FOREIGN


@dataclass
class Sample:
    """What was rendered; of files with the same path and content, the first."""

    seed: int
    projects: list[Rendered] = field(default_factory=list)
    files: dict[tuple[str, bytes], dict[str, Any]] = field(default_factory=dict)

    def add(self, answers: dict[str, Any], rendered: Rendered) -> None:
        self.projects.append(rendered)
        for path, content in rendered.files.items():
            self.files.setdefault((path, content), answers)

    def texts(self, *suffixes: str) -> Iterator[tuple[str, str]]:
        """Yield the files that are ours to write, of these kinds or all: where, and what."""
        for (path, content), answers in self.files.items():
            if not FOREIGN.search(path) and path.endswith(suffixes or ("",)):
                yield f"{path} with {answers} (--seed {self.seed})", content.decode()


def drawn(seed: int) -> Iterator[dict[str, Any]]:
    """Yield answers for ever: each shape once before any of them comes again."""
    chance = Random(seed)
    shapes = space().shapes
    while True:
        for shape in chance.sample(shapes, len(shapes)):
            levels = {name: chance.choice(levels) for name, levels in CRITERIA.items()}
            yield {**levels, **data(shape.answers)}


def rendered(template: Path, seed: int, part: slice) -> Sample:
    """Render this part of what the seed draws; what must be refused is only seen to be."""
    found = Sample(seed)
    with fast_copier():
        renderer = Renderer(template)
        for answers in islice(drawn(seed), part.start, part.stop, part.step):
            if accepted(answers):
                found.add(answers, renderer.render(answers))
            else:
                _refused(renderer, answers)
    return found


def _refused(renderer: Renderer, answers: dict[str, Any]) -> None:
    try:
        renderer.ask(answers)
    except ValueError:
        return
    raise AssertionError(f"Copier takes what cannot be: {answers}")
