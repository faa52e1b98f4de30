"""Projects of every framework and every database, each rendered and installed once."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.projects.project import Project

# Names that people give; the least plain one for the project with the most in it.
NAMES = {"fastapi": "Orders API", "flask": "class", "hybrid": "Größe & Söhne's API (2)"}
# Each framework and each database in more than one of them, and each answer to who may call; the
# suite of a project on PostgreSQL runs on SQLite as well.
PROJECTS = [
    "fastapi-postgresql-jwt", "flask-sqlite-jwt", "hybrid-postgresql-jwt",
    "fastapi-none-none", "flask-none-none", "fastapi-sqlite-api_key",
    "flask-postgresql-oidc",
]  # fmt: skip
# Where the others are checked on GitHub.
ON_GITLAB = {"fastapi-none-none", "flask-sqlite-jwt", "hybrid-postgresql-jwt"}
# Those that are asked the same as functions of AWS Lambda, too.
ON_LAMBDA = {"fastapi-none-none", "flask-postgresql-oidc", "hybrid-postgresql-jwt"}


@pytest.hookimpl(tryfirst=True)  # xdist looks at the groups in the same hook.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what is about one project, or in one file, on one worker: it is installed there alone."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.projects)
            parameters = getattr(getattr(item, "callspec", None), "params", {})
            item.add_marker(pytest.mark.xdist_group(parameters.get("project", item.path.stem)))


@pytest.fixture(scope="session", params=PROJECTS)
def project(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    framework, database, auth, *server = request.param.split("-")
    options = [f"--data=database={database}", f"--data=auth={auth}"]
    options += [f"--data=server={each}" for each in server]
    if request.param in ON_GITLAB:
        options.append("--data=ci=gitlab")
    if request.param in ON_LAMBDA:
        options.append("--data=deploy=[lambda]")
    return rendered(framework, template, tmp_path_factory.mktemp(request.param), *options)


def rendered(framework: str, template: Path, folder: Path, *options: str) -> Project:
    """Answer by file, as `copier copy --data-file` takes it."""
    file = ROOT / f"tests/answers/{framework}.yml"
    name = f"--data=project_name={NAMES[framework]}"
    project = Project.render(template, folder / "project", f"--data-file={file}", name, *options)
    project.run("uv sync --quiet")
    return project
