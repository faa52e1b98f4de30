"""The projects of the matrix, each rendered and installed once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.matrix.plugin import chosen, variant_of
from tests.matrix.variants import NAMES, Variant, variants
from tests.projects import functions
from tests.projects.project import Project
from tests.projects.services import Services, running

# An application of somebody else, for those that adopt one.
SHOP = '''\
"""An application that is older than this project."""

from flask import Flask


def create_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "shop", lambda: "the shop")
    app.add_url_rule("/cart", "cart", lambda: "the cart")
    return app
'''
QUESTIONS = ("framework", "database", "auth", "server")
LEFT_OUT = shutil.ignore_patterns(".venv", "__pycache__", ".*_cache")


@pytest.hookimpl(wrapper=True, tryfirst=True)  # xdist looks at the groups in the same hook.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Keep what is about one project, or in one file, on one worker: it is installed there alone."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.projects)
            item.add_marker(pytest.mark.xdist_group(_group(item)))
    yield
    first: dict[str, int] = {}
    places = {item: first.setdefault(_group(item), at) for at, item in enumerate(items)}
    # pytest would have the first project of each list together, the second of each, and so on.
    items.sort(key=lambda item: (places[item], _later(item)))


def _group(item: pytest.Item) -> str:
    if Path(__file__).parent not in item.path.parents:
        return item.nodeid
    return variant_of(item) or item.path.stem


def _later(item: pytest.Item) -> bool:
    """Say whether it is not the step that has the time in which a project is installed."""
    step = item.get_closest_marker("step")
    return not step or step.args != ("install",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each variant that is asked for, unless it names its projects itself."""
    if "project" not in metafunc.fixturenames or "project" in vars(metafunc.module):
        return
    marks = metafunc.definition.iter_markers("parametrize")
    if not any(mark.args[0] == "project" for mark in marks):
        gate = metafunc.definition.get_closest_marker("gate")
        names = chosen(metafunc.config, deep=bool(gate), names=gate.args if gate else ())
        having = metafunc.definition.get_closest_marker("having")
        names = [name for name in names if not having or _has(name, **having.kwargs)]
        if only := metafunc.definition.get_closest_marker("only"):
            names = [name for name in names if name in only.args]
        metafunc.parametrize("project", names, indirect=True, scope="session")


def _has(name: str, **wanted: tuple[str, ...]) -> bool:
    given = variants()[name].answers if name in variants() else {}
    answers = {question: given.get(question) for question in wanted}
    return all(
        {*wanted[question]} & {*(answer if isinstance(answer, list) else [answer])}
        for question, answer in answers.items()
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    folder, project = item.config.option.failures, getattr(item, "funcargs", {}).get("project")
    report: pytest.TestReport = outcome.get_result()  # type: ignore[attr-defined]
    if report.failed and folder and project:
        place = folder / (variant_of(item) or project.folder.parent.name)
        shutil.copytree(project.folder, place, ignore=LEFT_OUT, dirs_exist_ok=True)
        # pytest itself says why at the end alone, and a whole matrix takes hours.
        with (place / "failed.txt").open("a", encoding="utf-8") as file:
            file.write(f"{report.nodeid}\n{report.longreprtext}\n\n")


@pytest.fixture(scope="session")
def project(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """A project by its name: that of a variant, or its answers in the order of `QUESTIONS`."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param in variants():
        return of_variant(variants()[request.param], template, folder)
    asked = dict(zip(QUESTIONS, request.param.split("-"), strict=False))
    framework = asked.pop("framework")
    options = [f"--data={question}={answer}" for question, answer in asked.items()]
    return rendered(framework, template, folder, *options)


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """What a project runs beside in production, started for all projects of this process."""
    with running(tmp_path_factory.mktemp("services")) as found:
        yield found


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python that has AWS's own client of the Runtime API."""
    return functions.client(tmp_path_factory.mktemp("client") / "venv")


@pytest.fixture(scope="session")
def known_types(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy has read of the libraries that all projects share; it knows a file by its content."""
    return tmp_path_factory.mktemp("mypy")


def of_variant(variant: Variant, template: Path, folder: Path) -> Project:
    file = folder / "answers.yml"
    file.write_text(yaml.safe_dump(dict(variant.answers), allow_unicode=True), encoding="utf-8")
    project = Project.render(template, folder / "project", f"--data-file={file}")
    if variant.adopts:
        (project.package / "shop.py").write_text(SHOP, encoding="utf-8")
    project.run("uv sync --quiet")
    return project


def rendered(framework: str, template: Path, folder: Path, *options: str) -> Project:
    """Answer by file, as `copier copy --data-file` takes it."""
    file = ROOT / f"tests/answers/{framework}.yml"
    name = f"--data=project_name={NAMES[framework]}"
    project = Project.render(template, folder / "project", f"--data-file={file}", name, *options)
    project.run("uv sync --quiet")
    return project
