"""The pages' assets are npm's, unchanged; `docs_assets.py` asks npm itself."""

from hashlib import sha256

import pytest

from tests.template import docs_assets

MANIFEST = docs_assets.read_manifest()
PACKAGES = sorted(MANIFEST)


@pytest.mark.parametrize("name", PACKAGES)
def test_every_file_has_the_content_recorded_for_it(name: str) -> None:
    held = {file: sha256(data).hexdigest() for file, data in docs_assets.stored(name).items()}
    assert held == MANIFEST[name]["files"]


@pytest.mark.parametrize("name", PACKAGES)
def test_the_urls_of_the_pages_contain_the_version(name: str) -> None:
    assert docs_assets.versions(name) == {MANIFEST[name]["version"]}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_comes_with_its_licence(name: str) -> None:
    assert "LICENSE" in MANIFEST[name]["files"]


def test_every_wanted_package_is_recorded_in_the_wanted_version() -> None:
    recorded = {f"{name}@{about['version'].partition('.')[0]}" for name, about in MANIFEST.items()}
    assert recorded == set(docs_assets.WANTED)
