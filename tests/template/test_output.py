"""Whatever a project is called, its files are valid, and its name arrives as it was given."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import FRAMEWORKS, Render, stored_answers
from tests.matrix.checks import faults
from tests.matrix.variants import DEEP, variants
from tests.template.trees import texts

ODD = [
    # Sorts after every other package; the description has what is special in YAML and Markdown.
    {
        "project_name": "Zulu & Co. (2)",
        "description": "It's 100 %: # 'quoted' [a] (b) *bold* _it_ a|b & “ü” – 🚀 !",
    },
    # Sorts before them.
    {"project_name": "Aardvark", "package_name": "a"},
    {"project_name": "class", "description": "null"},
    # As long as can be, in every place.
    {"project_name": "x" * 60, "description": "y" * 120},
    {"project_name": "注文 '''サービス''' 🚀", "description": "'''"},
    {"project_name": "2024", "description": "- yes: no"},
]
# Messages of PgBouncer and Alembic.
OTHERS_MESSAGES = {"unsupported startup parameter", "Can't locate revision"}
LINK = re.compile(r"\]\((?!\w+:|#|/)([^)#\s]+)")


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(ODD)))
def test_odd_names_lead_to_valid_files_and_arrive_as_they_are(render: Render, number: int) -> None:
    odd = ODD[number]
    project = render(framework=FRAMEWORKS[number % 3], **odd)
    assert "\n".join(faults(project)) == ""
    stored = stored_answers(project)
    assert {name: stored[name] for name in odd} == odd
    about = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert about["name"] == stored["project_slug"]
    assert about["description"] == stored["description"]
    readme = (project / "README.md").read_text(encoding="utf-8")
    assert readme.startswith(f"# {stored['project_name']}\n\n{stored['description']}\n\n")


@pytest.mark.parametrize("variant", DEEP)
def test_links_lead_to_files(render: Render, variant: str) -> None:
    project = render(**variants()[variant].answers)
    links = [
        (path, target)
        for path, text in texts(project).items()
        if path.endswith(".md")
        for target in LINK.findall(text)
    ]
    assert links
    assert [link for link in links if not _exists(project, *link)] == []


@pytest.mark.parametrize("variant", DEEP)
def test_quoted_messages_exist(render: Render, variant: str) -> None:
    project = render(**variants()[variant].answers)
    section = (project / "docs/operations.md").read_text(encoding="utf-8")
    section = section.partition("## Troubleshooting")[2].partition("\n## ")[0]
    quoted = {*re.findall(r'"([^"]+)"', section)} - OTHERS_MESSAGES
    source = "".join(text for path, text in texts(project).items() if path.startswith("src/"))
    assert quoted
    assert [message for message in quoted if message not in source] == []


def _exists(project: Path, path: str, target: str) -> bool:
    return (project / path).parent.joinpath(target).exists()
