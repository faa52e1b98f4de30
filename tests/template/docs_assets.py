"""Fetches what the template holds of Swagger UI and ReDoc from npm, and compares or refreshes it.

    uv run python tests/template/docs_assets.py            does the template hold what npm has?
    uv run python tests/template/docs_assets.py --update   take the newest of each major version

ReDoc stays at 2: version 3 reports telemetry unless told not to, loads icons from a CDN, probes for
`eval` and is twice the size. After an update, look at the pages in a browser: the style hashes in
`kit/openapi/pages.py` belong to a version.
"""

import argparse
import gzip
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "template/src/{{ package_name }}/kit/openapi/static"
PAGES = [STATIC / "docs.html", STATIC / "redoc.html"]
MANIFEST = Path(__file__).with_suffix(".json")
COMPRESSED = {".css", ".js"}
WANTED = {
    "redoc@2": [
        "LICENSE",
        "bundles/redoc.standalone.js",
        "bundles/redoc.standalone.js.LICENSE.txt",
        "bundles/*.worker.js.LICENSE.txt",
    ],
    "swagger-ui-dist@5": [
        "LICENSE",
        "NOTICE",
        "swagger-ui.css",
        "swagger-ui-bundle.js",
        "swagger-ui-bundle.js.LICENSE.txt",
    ],
}

Manifest = dict[str, dict[str, Any]]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--update", action="store_true")
    return update() if parser.parse_args().update else compare()


def update() -> int:
    manifest: Manifest = {}
    for spec, patterns in WANTED.items():
        packed, content = fetch(spec, patterns)
        store(packed["name"], content)
        manifest[packed["name"]] = entry(packed, content)
        refer_to(packed["name"], packed["version"])
        print(f"{packed['name']} {packed['version']}: {len(content)} files")
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return 0


def compare() -> int:
    differences = [line for spec in WANTED for line in differing(spec)]
    print("\n".join(differences) or "the template holds what npm has")
    return 1 if differences else 0


def differing(spec: str) -> Iterator[str]:
    name = spec.partition("@")[0]
    recorded = read_manifest()[name]
    packed, content = fetch(f"{name}@{recorded['version']}", WANTED[spec])
    if recorded != entry(packed, content):
        yield f"{name}: the manifest is not that of {packed['version']} on npm"
    if stored(name) != content:
        yield f"{name}: the files are not those of {packed['version']} on npm"


def fetch(spec: str, patterns: list[str]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what npm says about the package, and the files we want of it; npm checks integrity."""
    with TemporaryDirectory() as folder:
        command = ["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder, spec]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=folder)
        packed = json.loads(answer.stdout)[0]
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            return packed, dict(sorted(wanted(archive, patterns)))


def wanted(archive: tarfile.TarFile, patterns: list[str]) -> Iterator[tuple[str, bytes]]:
    for member in archive:
        name = member.name.removeprefix("package/")
        file = archive.extractfile(member)
        if file and any(fnmatch(name, pattern) for pattern in patterns):
            yield name, file.read()


def entry(packed: dict[str, Any], content: dict[str, bytes]) -> dict[str, Any]:
    return {
        "version": packed["version"],
        "integrity": packed["integrity"],
        "files": {name: sha256(data).hexdigest() for name, data in content.items()},
    }


def read_manifest() -> Manifest:
    manifest: Manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return manifest


def store(name: str, content: dict[str, bytes]) -> None:
    for old in files(name):
        old.unlink()
    for file, data in content.items():
        path = STATIC / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in COMPRESSED:
            # Without a time stamp: the same content gives the same file.
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
        else:
            path.write_bytes(data)


def refer_to(name: str, version: str) -> None:
    """Write the version into the URLs of the pages: browsers keep the files of a version."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        changed = re.sub(rf'(docs/assets/{name}/[^"?]+)\?[^"]*', rf"\g<1>?{version}", text)
        page.write_text(changed, encoding="utf-8")


def versions(name: str) -> set[str]:
    """Return the versions in the URLs of the pages."""
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    return {found for text in texts for found in re.findall(rf'/{name}/[^"?]+\?([^"]*)"', text)}


def stored(name: str) -> dict[str, bytes]:
    """Read what the template holds of a package, by the names that the files have on npm."""
    return dict(sorted(unpacked(STATIC / name, path) for path in files(name)))


def unpacked(folder: Path, path: Path) -> tuple[str, bytes]:
    name, data = path.relative_to(folder).as_posix(), path.read_bytes()
    return (name[:-3], gzip.decompress(data)) if name.endswith(".gz") else (name, data)


def files(name: str) -> list[Path]:
    return sorted(path for path in (STATIC / name).rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
