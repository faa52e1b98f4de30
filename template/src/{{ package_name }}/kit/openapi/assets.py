"""The files that the pages load: the kit's, and those from npm in `static/vendored.json`.

Scripts and styles from npm are stored compressed: a quarter of the size in checkouts and images, no
minified lines in code searches, and ready to be sent.
"""

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from .static_response import StaticResponse, respond

STATIC = Path(__file__).parent / "static"
OWN = ("page.css", "redoc.js", "swagger.js")

# `mimetypes` reads the registry on Windows, where .js may be text/plain.
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package: file names and the SHA-256 of their content."""

    name: str
    version: str
    files: dict[str, str]

    @property
    def address(self) -> str:
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Asset:
    """A stored file; `digest` is the SHA-256 of its uncompressed content."""

    path: Path
    digest: str
    media_type: str
    cache_control: str

    @property
    def compressed(self) -> bool:
        return self.path.suffix == ".gz"


@cache
def vendored() -> tuple[Package, ...]:
    """Read the manifest."""
    manifest = json.loads((STATIC / "vendored.json").read_text(encoding="utf-8"))
    return tuple(
        Package(name, entry["version"], entry["files"]) for name, entry in manifest.items()
    )


def asset(
    name: str, *, accept_encoding: str = "", if_none_match: str = ""
) -> StaticResponse | None:
    """Return the file `docs/assets/{name}`; None if it does not exist."""
    file = _assets().get(name)
    if file is None:
        return None
    body, digest = _read(file.path), file.digest
    headers = {"Content-Type": file.media_type, "Cache-Control": file.cache_control}
    if file.compressed:
        headers["Vary"] = "Accept-Encoding"
        if _accepts_gzip(accept_encoding):
            headers["Content-Encoding"] = "gzip"
            digest += "-gzip"  # A strong tag identifies the bytes.
        else:
            body = gzip.decompress(body)
    return respond(body, headers, digest=digest, if_none_match=if_none_match)


@cache
def _assets() -> dict[str, Asset]:
    # Lookup by name, so no request path reaches the file system.
    vendored_files = {
        f"{package.address}/{name}": _vendored(STATIC / package.name / name, digest)
        for package in vendored()
        for name, digest in package.files.items()
    }
    return vendored_files | {name: _own(STATIC / name) for name in OWN}


def _vendored(path: Path, digest: str) -> Asset:
    # The URL contains the version, so its content never changes.
    stored = path if path.exists() else path.with_name(f"{path.name}.gz")
    return Asset(stored, digest, _media_type(path), "public, max-age=31536000, immutable")


def _own(path: Path) -> Asset:
    return Asset(path, sha256(path.read_bytes()).hexdigest(), _media_type(path), "no-cache")


def _media_type(path: Path) -> str:
    return f"{MEDIA_TYPES.get(path.suffix, 'text/plain')}; charset=utf-8"


@cache
def _read(path: Path) -> bytes:
    return path.read_bytes()


def _accepts_gzip(accept_encoding: str) -> bool:
    return any(
        re.fullmatch(r"gzip(;q=(1(\.0*)?|0\.0*[1-9]\d*))?", offer.replace(" ", ""))
        for offer in accept_encoding.lower().split(",")
    )
