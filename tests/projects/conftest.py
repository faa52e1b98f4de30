"""The projects of the matrix, each rendered and installed once."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Render, once
from tests.matrix.plugin import chosen, variant_of
from tests.matrix.variants import NAMES, Variant, variants
from tests.projects import functions
from tests.projects.project import Project
from tests.projects.services import Services, running

# An application that is older than the project, for the variants that adopt one.
SHOP = '''\
"""An application that is older than this project."""

from flask import Flask


def create_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "shop", lambda: "the shop")
    app.add_url_rule("/cart", "cart", lambda: "the cart")
    return app
'''
LEFT_OUT = shutil.ignore_patterns(".venv", "__pycache__", ".*_cache")


@pytest.hookimpl(wrapper=True, tryfirst=True)  # xdist looks at the groups in the same hook.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Keep the tests of one variant, or of one file, on one worker and together."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.projects)
            item.add_marker(pytest.mark.xdist_group(_group(item)))
    yield
    first: dict[str, int] = {}
    places = {item: first.setdefault(_group(item), at) for at, item in enumerate(items)}
    # pytest itself would put the first test of all variants together, then the second, and so on.
    items.sort(key=lambda item: (places[item], not _installs(item)))


def _group(item: pytest.Item) -> str:
    if Path(__file__).parent not in item.path.parents:
        return item.nodeid
    if item.path.stem == "test_deep":
        return f"deep-{variant_of(item)}"
    return variant_of(item) or item.path.stem


def _installs(item: pytest.Item) -> bool:
    step = item.get_closest_marker("step")
    return bool(step and step.args[0] == "install")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes a project on the variants that its marks select."""
    if "project" not in metafunc.fixturenames or "project" in vars(metafunc.module):
        return
    definition = metafunc.definition
    if any(mark.args[0] == "project" for mark in definition.iter_markers("parametrize")):
        return
    on_change = definition.get_closest_marker("on_change")
    having = definition.get_closest_marker("having")
    only = definition.get_closest_marker("only")
    names = [
        name
        for name in chosen(metafunc.config, on_change.args if on_change else None)
        if (not having or _has(name, **having.kwargs)) and (not only or name in only.args)
    ]
    metafunc.parametrize("project", names, indirect=True, scope="session")


def _has(name: str, **allowed: tuple[str, ...]) -> bool:
    parameter = variants()[name].answers
    answers = {question: parameter.get(question) for question in allowed}
    return all(
        {*allowed[question]} & {*(answer if isinstance(answer, list) else [answer])}
        for question, answer in answers.items()
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep the project of a failed test, and the reason, where `--failures` says."""
    outcome = yield
    folder, project = item.config.option.failures, getattr(item, "funcargs", {}).get("project")
    report: pytest.TestReport = outcome.get_result()  # type: ignore[attr-defined]
    if report.failed and folder and isinstance(project, Project):
        place = folder / (variant_of(item) or project.folder.parent.name)
        shutil.copytree(project.folder, place, ignore=LEFT_OUT, dirs_exist_ok=True)
        with (place / "failed.txt").open("a", encoding="utf-8") as file:
            file.write(f"{report.nodeid}\n{report.longreprtext}\n\n")


@pytest.fixture(scope="session", autouse=True)
def environment_of_projects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install all projects of this worker into one environment, one after another.

    `uv run` brings it to the lock of the project at hand. What projects have in common, most of it,
    is neither installed nor compiled again, and mypy finds its cache.
    """
    folder = tmp_path_factory.mktemp("environment")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_PROJECT_ENVIRONMENT", str(folder / "venv"))
        patch.setenv("MYPY_CACHE_DIR", str(folder / "mypy"))
        yield


@pytest.fixture(scope="module")
def own_environment() -> Iterator[None]:
    """Give each project of a module an environment of its own: several of them run at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("UV_PROJECT_ENVIRONMENT")
        yield


@pytest.fixture(scope="session")
def project(
    request: pytest.FixtureRequest, render: Render, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """A project by the name of its variant, or by its answers; its own to change."""
    parameter: str | dict[str, Any] = request.param
    folder = tmp_path_factory.mktemp("project") / "orders-api"
    if isinstance(parameter, str):
        return of_variant(variants()[parameter], render, folder)
    return locked(Project(shutil.copytree(render(**parameter), folder)))


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """What a project runs beside in production, started for all projects of this process."""
    with running(tmp_path_factory.mktemp("services")) as started:
        yield started


@pytest.fixture(scope="session")
def client(shared: Path) -> Path:
    """The Python that has AWS's own client of the Runtime API."""
    return once(shared / "client", functions.client) / "bin/python"


def of_variant(variant: Variant, render: Render, folder: Path, **more: Any) -> Project:
    """Return a project of the variant in `folder`, with the application that it adopts."""
    project = Project(shutil.copytree(render(**variant.answers, **more), folder))
    if variant.adopts:
        (project.package / "shop.py").write_text(SHOP, encoding="utf-8")
    return locked(project)


def locked(project: Project) -> Project:
    project.run("uv lock --quiet")
    return project


def rendered(framework: str, template: Path, folder: Path, *options: str) -> Project:
    """Render with the answers of a file, by the command line, as `copier copy --data-file` does."""
    file = ROOT / f"tests/answers/{framework}.yml"
    name = f"--data=project_name={NAMES[framework]}"
    return locked(
        Project.render(template, folder / "project", f"--data-file={file}", name, *options)
    )
