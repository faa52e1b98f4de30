"""From every released version to the working tree, with a team's edits in place."""

import re
import subprocess
import tomllib
from io import BytesIO
from pathlib import Path
from tarfile import TarFile

import pytest
import yaml

from tests.conftest import FRAMEWORKS, ROOT, git, snapshot
from tests.template.trees import rendered
from tests.updates import living

RELEASES: dict[str, str] = {
    each["version"]: each["commit"]
    for each in yaml.safe_load(Path(__file__).with_name("releases.yml").read_text("utf-8"))
}
# Later than any version that there is.
NEXT = "v1000"


def released(folder: Path, version: str) -> Path:
    """Return a repository that holds a version as it was released."""
    commit = RELEASES[version]
    archive = subprocess.check_output(["git", "archive", commit], cwd=ROOT)
    with TarFile(fileobj=BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
    living.publish(folder, version)
    return folder


def go_on(template: Path) -> None:
    """Make the working tree the next version."""
    git("rm", "--quiet", "-r", ".", cwd=template)
    snapshot(template)
    living.publish(template, NEXT)


@pytest.mark.slow
@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("version", RELEASES)
def test_a_project_of_that_version_comes_along(
    tmp_path: Path, version: str, framework: str
) -> None:
    template = released(tmp_path / "template", version)
    project = living.start(template, tmp_path / "project", framework=framework)
    stored = living.stored(project)
    assert stored["_commit"] == version
    work = living.work_on(project)
    go_on(template)
    living.update(project)
    assert living.conflicts(project) == []
    assert living.lost(project, work) == []
    now = living.stored(project)
    assert now["_commit"] == NEXT
    assert {name: now.get(name) for name in stored if name[0] != "_"} == {
        name: answer for name, answer in stored.items() if name[0] != "_"
    }
    assert all(compile(path.read_text("utf-8"), path, "exec") for path in project.rglob("*.py"))


def _files(repository: Path) -> set[str]:
    """Return where the files of the template come to lie in projects, whichever layer has them."""
    folder = repository / "template"
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {rendered(file.parts) for file in files if "__pycache__" not in file.parts}


@pytest.mark.slow
@pytest.mark.parametrize("version", RELEASES)
def test_no_file_has_been_renamed_without_a_word(tmp_path: Path, version: str) -> None:
    """Copier deletes a file under its old name, edits included: what goes has to be said."""
    template = released(tmp_path / "template", version)
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    gone = _files(template) - _files(ROOT)
    assert [path for path in sorted(gone) if f"`{path}`" not in changelog] == []


def test_each_version_is_in_the_changelog_and_can_be_rendered_again() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    versions = [each for each in headings if each != "Unreleased"]
    with (ROOT / "pyproject.toml").open("rb") as file:
        current = tomllib.load(file)["project"]["version"]
    assert headings[0] in ("Unreleased", current)
    assert versions[0] == current
    # The newest gets its commit when there is one.
    assert {f"v{version}" for version in versions[1:]} <= {*RELEASES} <= {f"v{v}" for v in versions}
