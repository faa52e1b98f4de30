"""Combinations of answers drawn by chance, others each time: what comes out is valid and complete.

`--seed` repeats a run, `--sample` makes it longer; with as many as there are shapes of a project,
each of these is drawn. What is installed and booted are the variants: see `tests/projects`.
"""

import re
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from decision.answers import questions
from tests.matrix.checks import MAY, PARSERS, WORDS, invalid, misplaced, unasked, unrendered, untidy
from tests.matrix.sample import Sample, rendered
from tests.template.test_linters import BIN, SCHEMAS

pytestmark = [pytest.mark.slow, pytest.mark.step("space")]

# Each is a group of its own, so that workers share the work.
PARTS = 4


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(part, id=f"part{part}", marks=pytest.mark.xdist_group(f"sample-{part}"))
        for part in range(PARTS)
    ],
)
def sample(request: pytest.FixtureRequest, template: Path) -> Sample:
    option = request.config.option
    return rendered(template, option.seed, slice(request.param, option.sample, PARTS))


@pytest.mark.parametrize("kind", PARSERS)
def test_every_file_is_valid_in_its_language(sample: Sample, kind: str) -> None:
    texts = [*sample.texts(f".{kind}")]
    assert texts
    assert invalid(kind, texts) == []


def test_nothing_is_left_to_render(sample: Sample) -> None:
    assert unrendered(sample.texts()) == []
    assert [path for path, _ in sample.files if re.search(r"[{}]|\.jinja$", path)] == []


def test_white_space_is_clean(sample: Sample) -> None:
    assert untidy(sample.texts()) == []


def test_all_python_is_formatted(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 100\n")
    places = {}
    for number, (where, text) in enumerate(sample.texts(".py")):
        (tmp_path / f"{number}.py").write_text(text, encoding="utf-8")
        places[f"{number}.py"] = where
    done = _run("ruff", "format", "--check", "--no-cache", ".", folder=tmp_path)
    named = [places[name] for name in re.findall(r"^Would reformat: (\S+)$", done, re.MULTILINE)]
    assert named == []
    assert f"{len(places)} files already formatted" in done


def test_what_other_programs_read_is_what_they_take(sample: Sample, tmp_path: Path) -> None:
    by_schema: dict[str, list[str]] = defaultdict(list)
    images = []
    for number, (path, content) in enumerate(sample.files):
        name = f"{number}-{Path(path).name}"
        if schema := SCHEMAS.get(path):
            (tmp_path / name).write_bytes(content)
            by_schema[schema].append(name)
        if path == "Dockerfile":
            (tmp_path / name).write_bytes(content)
            images.append(name)
    assert images and len(by_schema) >= 4
    for schema, names in by_schema.items():
        _run("check-jsonschema", "--builtin-schema", schema, *names, folder=tmp_path, check=True)
    _run("hadolint", *images, folder=tmp_path, check=True)


def _run(tool: str, *arguments: str, folder: Path, check: bool = False) -> str:
    done = subprocess.run(
        [BIN / tool, *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 or not check, done.stdout
    return done.stdout


def test_what_was_answered_is_what_is_kept(sample: Sample) -> None:
    for project in sample.projects:
        kept = yaml.safe_load(project.files[".copier-answers.yml"])
        assert {name: kept[name] for name in kept if name[0] != "_"} == {
            name: answer for name, answer in project.asked.items() if name[0] != "_"
        }
        not_asked = {"weights"}
        not_asked |= {"legacy_app"} if kept["framework"] != "hybrid" else set()
        not_asked |= {"deploy"} if kept["database"] == "sqlite" else set()
        assert {name for name in kept if name[0] != "_"} == {*questions()} - not_asked, kept


def test_a_project_is_the_layers_that_apply_and_has_no_file_of_others(sample: Sample) -> None:
    assert [
        (project.asked, wrong) for project in sample.projects if (wrong := misplaced(project))
    ] == []


def test_a_project_speaks_of_nothing_that_is_off(sample: Sample) -> None:
    assert [
        (project.asked, found) for project in sample.projects if (found := unasked(project))
    ] == []


def test_each_word_is_said_where_its_layer_is_on_and_each_exception_is_one(sample: Sample) -> None:
    spoken: set[tuple[str, str]] = set()
    for path, content in sample.files:
        text = content.decode(errors="replace").lower()
        spoken |= {(layer, path) for layer, words in WORDS.items() if re.search(words, text)}
    assert {layer for layer, _ in spoken} == {*WORDS}
    assert spoken >= MAY
