"""`python -m decision` by flags, by files and by keys."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from decision.engine import ROOT, decide, load_matrix
from tests.conftest import FRAMEWORKS
from tests.questionnaire.terminal import Terminal, require_tmux

CRITERIA = load_matrix()["criteria"]


def run(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "decision", *arguments],
        cwd=root, check=False, capture_output=True, text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def decided(*arguments: str) -> dict[str, Any]:
    done = run("--json", *arguments)
    assert done.returncode == 0, done.stderr
    content: dict[str, Any] = json.loads(done.stdout)
    return content


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_file_answers_and_a_flag_goes_before_it(framework: str) -> None:
    file = str(ROOT / f"tests/answers/{framework}.yml")
    assert decided("--defaults", "--answers", file)["recommendation"] == framework
    other = decided("--defaults", "--answers", file, "--serverless", "wsgi_host")
    assert other["recommendation"] == "flask"


def test_a_file_may_be_json_and_may_say_no_without_quotes(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"team": "flask"}')
    assert decided("--defaults", "--answers", str(tmp_path / "a.json"))["recommendation"] == "flask"
    (tmp_path / "a.yml").write_text("serverless: no\n")
    found = decided("--defaults", "--answers", str(tmp_path / "a.yml"))
    assert found["contributions"]["serverless"]["level"] == "no"


def test_weights_count() -> None:
    flags = ["--defaults", "--team", "flask", "--concurrency", "thousands"]
    assert decided(*flags)["recommendation"] == "fastapi"
    assert (
        decided(*flags, "--weight", "team=10", "--weight", "concurrency=1")["recommendation"]
        == "flask"
    )


def test_an_override_is_said_against_its_score() -> None:
    flags = ["--defaults", "--concurrency", "thousands", "--framework"]
    scores = decide({"concurrency": "thousands"})["scores"]
    done = run(*flags, "flask")
    expected = f"Flask is your choice: {scores['flask']} of 100, against {scores['fastapi']} for"
    assert expected in done.stdout
    assert "though it was ruled out" in run(*flags, "hybrid").stdout
    assert decided(*flags, "flask")["framework"] == "flask"


REFUSED = [
    (["--concurrency", "huge"], "concurrency cannot be 'huge': it is one of tens, hundreds,"),
    (
        ["--defaults", "--framework", "django"],
        "framework cannot be 'django': it is one of fastapi,",
    ),
    (["--defaults", "--weight", "team=11"], "The weight of team cannot be '11': it is 0 to 10."),
    (["--defaults", "--weight", "team"], "The weight of team cannot be '': it is 0 to 10."),
    (
        ["--defaults", "--weight", "colour=1"],
        "'colour' has no weight: the criteria are concurrency,",
    ),
    (["--defaults", *(f"--weight={name}=0" for name in CRITERIA)], "Every weight is 0"),
    (["--concurrency", "tens"], "No terminal to ask in, and no answer to --ai-ml, --legacy,"),
    (["--defaults", "--answers", "nowhere.yml"], "nowhere.yml cannot be read"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_in_one_sentence_with_exit_2(
    tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    done = run(*arguments, "--write", str(tmp_path / "out.yml"), "--into", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {sentence}")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


FILES = [
    ("team: huge\n", "team cannot be 'huge'"),
    ("team: [flask]\n", "team cannot be ['flask']"),
    ("colour: red\n", "answers 'colour', which is no question"),
    ("- team\n", "must map questions to answers"),
    ("{team: ", "is neither YAML nor JSON"),
    ("weights: 5\n", "The weights must map criteria to numbers"),
    ("framework: {a: b}\n", "framework cannot be {'a': 'b'}"),
]


@pytest.mark.parametrize(("content", "sentence"), FILES)
def test_a_file_that_cannot_be_is_refused_the_same_way(
    tmp_path: Path, content: str, sentence: str
) -> None:
    (tmp_path / "answers.yml").write_text(content)
    done = run("--defaults", "--answers", str(tmp_path / "answers.yml"))
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr and done.stderr.count("\n") == 1


def test_written_answers_are_taken_by_copier_and_lead_to_the_same(
    template: Path, tmp_path: Path
) -> None:
    file = tmp_path / "answers.yml"
    flags = ["--defaults", "--team", "flask", "--serverless", "no", "--weight", "team=7"]
    assert run(*flags, "--framework", "hybrid", "--write", str(file)).returncode == 0
    project = tmp_path / "project"
    subprocess.run(
        [sys.executable, "-m", "copier", "copy", "--quiet", "--defaults", "--data-file", str(file)]
        + [str(template), str(project)],
        check=True,
    )
    kept = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert written == {name: kept[name] for name in written}
    assert (kept["framework"], kept["serverless"], kept["weights"]["team"]) == ("hybrid", "no", 7)
    # The project's own answers file goes in again, private keys and all.
    again = decided("--defaults", "--answers", str(project / ".copier-answers.yml"))
    assert again["framework"] == "hybrid"


def test_an_existing_answers_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "answers.yml"
    file.write_text("mine\n")
    done = run("--defaults", "--write", str(file))
    assert done.returncode == 2 and "exists already" in done.stderr
    assert file.read_text() == "mine\n"


def test_into_renders_the_project(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    flags = ["--defaults", "--team", "flask", "--project-name", "Orders API"]
    done = run(*flags, "--into", str(folder), root=template)
    assert done.returncode == 0, done.stderr
    kept = yaml.safe_load((folder / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert (kept["framework"], kept["package_name"]) == ("flask", "orders_api")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("two\nlines", "The name 'two?lines' holds a line break"), ("", "The name is empty")],
)
def test_into_refuses_a_bad_name_and_leaves_nothing(
    template: Path, tmp_path: Path, name: str, sentence: str
) -> None:
    folder = tmp_path / "orders"
    done = run("--defaults", "--into", str(folder), "--project-name", name, root=template)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"error: {sentence}")
    assert not folder.exists()


def asking(*arguments: str, template: Path, folder: Path) -> Terminal:
    require_tmux()
    shell = f'cd "{template}" && exec "$0" -m decision "$@"'
    return Terminal(["sh", "-c", shell, sys.executable, *arguments], folder)


@pytest.mark.slow
def test_it_asks_in_a_terminal_explains_and_renders(template: Path, tmp_path: Path) -> None:
    into = str(tmp_path / "shop")
    with asking("--into", into, template=template, folder=tmp_path) as terminal:
        for name, spec in CRITERIA.items():
            terminal.wait_for(spec["help"].splitlines()[0], "» I don't know")
            terminal.press(*(["Up"] * 4 if name == "team" else []), "Enter")
        terminal.wait_for("(y/N)")
        terminal.press("n")
        terminal.wait_for("Not known, so weighing nothing", "Which framework?", "» Flask")
        terminal.press("Up")
        terminal.wait_for("» FastAPI")
        terminal.press("Enter")
        terminal.wait_for("FastAPI is your choice", "What is the service called?")
        terminal.press("Enter")
        terminal.wait_for("uv run shop serve", "EXIT 0")
    kept = yaml.safe_load((tmp_path / "shop/.copier-answers.yml").read_text(encoding="utf-8"))
    assert (kept["team"], kept["framework"]) == ("flask", "fastapi")


@pytest.mark.slow
def test_ctrl_c_ends_it_with_130_and_writes_nothing(template: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.yml"
    with asking("--write", str(file), template=template, folder=tmp_path) as terminal:
        terminal.wait_for(CRITERIA["concurrency"]["help"].splitlines()[0], "» I don't know")
        terminal.press("C-c")
        terminal.wait_for("Stopped; nothing was written.", "EXIT 130")
    assert not file.exists()
