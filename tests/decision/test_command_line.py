"""`python -m decision` with flags, with files and in a terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from decision.answers import questions
from decision.engine import ROOT, decide, load_matrix, render_macro
from decision.explain import explain_override
from tests.conftest import FRAMEWORKS
from tests.questionnaire.terminal import Terminal, require_tmux

CRITERIA = load_matrix()["criteria"]


def run(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "decision", *arguments],
        cwd=root, check=False, capture_output=True, text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def run_json(*arguments: str) -> dict[str, Any]:
    done = run("--json", *arguments)
    assert done.returncode == 0, done.stderr
    content: dict[str, Any] = json.loads(done.stdout)
    return content


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_flag_overrides_the_file(framework: str) -> None:
    file = str(ROOT / f"tests/answers/{framework}.yml")
    assert run_json("--defaults", "--answers", file)["recommendation"] == framework
    other = run_json("--defaults", "--answers", file, "--serverless", "wsgi_host")
    assert other["recommendation"] == "flask"


def test_file_may_be_json_and_may_have_an_unquoted_no(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"team": "flask"}')
    assert (
        run_json("--defaults", "--answers", str(tmp_path / "a.json"))["recommendation"] == "flask"
    )
    (tmp_path / "a.yml").write_text("serverless: no\n")
    decision = run_json("--defaults", "--answers", str(tmp_path / "a.yml"))
    assert decision["contributions"]["serverless"]["level"] == "no"


def test_weights_change_the_recommendation() -> None:
    flags = ["--defaults", "--team", "flask", "--concurrency", "thousands"]
    assert run_json(*flags)["recommendation"] == "fastapi"
    assert (
        run_json(*flags, "--weight", "team=10", "--weight", "concurrency=1")["recommendation"]
        == "flask"
    )


def test_override_is_shown_with_both_scores() -> None:
    flags = ["--defaults", "--concurrency", "thousands", "--framework"]
    decision = decide({"concurrency": "thousands"})
    assert explain_override(decision, "flask") in run(*flags, "flask").stdout
    for name in ("fastapi", "flask"):
        assert f"({decision['scores'][name]}" in explain_override(decision, "flask")
    assert "ruled out" in explain_override(decision, "hybrid")
    assert run_json(*flags, "flask")["framework"] == "flask"


REFUSED = [
    (["--concurrency", "huge"], "concurrency cannot be 'huge'"),
    (
        ["--defaults", "--framework", "django"],
        "framework cannot be 'django'",
    ),
    (["--defaults", "--weight", "team=11"], "The weight of team cannot be 11"),
    (["--defaults", "--weight", "team"], "The weight of team cannot be ''"),
    (
        ["--defaults", "--weight", "colour=1"],
        "'colour' is not a criterion",
    ),
    (["--defaults", *(f"--weight={name}=0" for name in CRITERIA)], "Every weight is 0"),
    (["--concurrency", "tens"], "There is no terminal and no answer for --ai-ml, --legacy,"),
    (["--defaults", "--answers", "nowhere.yml"], "nowhere.yml cannot be read"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_invalid_flag_is_refused_on_one_line_with_exit_2(
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
    ("colour: red\n", "'colour', which is not a question"),
    ("- team\n", "must map questions to answers"),
    ("{team: ", "is neither YAML nor JSON"),
    ("weights: 5\n", "The weights must map criteria to numbers"),
    ("framework: {a: b}\n", "framework cannot be {'a': 'b'}"),
]


@pytest.mark.parametrize(("content", "sentence"), FILES)
def test_invalid_file_is_refused_on_one_line_with_exit_2(
    tmp_path: Path, content: str, sentence: str
) -> None:
    (tmp_path / "answers.yml").write_text(content)
    done = run("--defaults", "--answers", str(tmp_path / "answers.yml"))
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr and done.stderr.count("\n") == 1


def test_copier_accepts_the_written_answers(template: Path, tmp_path: Path) -> None:
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
    # A project's own answers file is accepted too, with the keys that Copier adds.
    again = run_json("--defaults", "--answers", str(project / ".copier-answers.yml"))
    assert again["framework"] == "hybrid"


def test_existing_answers_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "answers.yml"
    file.write_text("mine\n")
    done = run("--defaults", "--write", str(file))
    assert done.returncode == 2 and "already exists" in done.stderr
    assert file.read_text() == "mine\n"


def test_into_renders_the_project(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    flags = ["--defaults", "--team", "flask", "--project-name", "Orders API"]
    done = run(*flags, "--into", str(folder), root=template)
    assert done.returncode == 0, done.stderr
    kept = yaml.safe_load((folder / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert (kept["framework"], kept["package_name"]) == ("flask", "orders_api")


@pytest.mark.parametrize("name", ["two\nlines", ""])
def test_into_refuses_an_invalid_name_and_leaves_nothing(
    template: Path, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "orders"
    done = run("--defaults", "--into", str(folder), "--project-name", name, root=template)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("error: project_name: ")
    assert not folder.exists()


def open_terminal(*arguments: str, template: Path, folder: Path) -> Terminal:
    require_tmux()
    shell = f'cd "{template}" && exec "$0" -m decision "$@"'
    return Terminal(["sh", "-c", shell, sys.executable, *arguments], folder)


@pytest.mark.slow
def test_terminal_session_explains_and_renders(template: Path, tmp_path: Path) -> None:
    into = str(tmp_path / "shop")
    with open_terminal("--into", into, template=template, folder=tmp_path) as terminal:
        for name, spec in CRITERIA.items():
            terminal.wait_for(spec["help"].splitlines()[0], "» I don't know")
            terminal.press(*(["Up"] * 4 if name == "team" else []), "Enter")
        terminal.wait_for("(y/N)")
        terminal.press("n")
        terminal.wait_for(render_macro("question"), "» Flask")
        terminal.press("Up")
        terminal.wait_for("» FastAPI")
        terminal.press("Enter")
        terminal.wait_for("You chose FastAPI", questions()["project_name"]["help"].splitlines()[0])
        terminal.press("Enter")
        terminal.wait_for("uv run shop serve", "EXIT 0")
    kept = yaml.safe_load((tmp_path / "shop/.copier-answers.yml").read_text(encoding="utf-8"))
    assert (kept["team"], kept["framework"]) == ("flask", "fastapi")


@pytest.mark.slow
def test_ctrl_c_exits_with_130_and_writes_nothing(template: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.yml"
    with open_terminal("--write", str(file), template=template, folder=tmp_path) as terminal:
        terminal.wait_for(CRITERIA["concurrency"]["help"].splitlines()[0], "» I don't know")
        terminal.press("C-c")
        terminal.wait_for("EXIT 130")
    assert not file.exists()
