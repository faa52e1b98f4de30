"""The files that the pages load: ours, and those in `static/vendored.json` from npm.

Scripts and styles from npm lie there compressed: a quarter of the size in every checkout and
image, no minified lines in a search through the code, and ready to be sent as they are.
"""

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from .replies import Reply, reply

STATIC = Path(__file__).parent / "static"
OURS = ("page.css", "redoc.js", "swagger.js")

# Not left to `mimetypes`: on Windows it believes the registry, where .js may be text/plain.
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Package:
    """What we hold of an npm package: file names and the SHA-256 of their content there."""

    name: str
    version: str
    files: dict[str, str]

    @property
    def address(self) -> str:
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Asset:
    """A stored file; `digest` is that of its content before compression."""

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
        Package(name, about["version"], about["files"]) for name, about in manifest.items()
    )


def asset(name: str, *, accept_encoding: str = "", if_none_match: str = "") -> Reply | None:
    """Find what a page asks for under `docs/assets/`; None if there is no such file."""
    found = _assets().get(name)
    if found is None:
        return None
    body, digest = _read(found.path), found.digest
    headers = {"Content-Type": found.media_type, "Cache-Control": found.cache_control}
    if found.compressed:
        headers["Vary"] = "Accept-Encoding"
        if _accepts_gzip(accept_encoding):
            headers["Content-Encoding"] = "gzip"
            digest += "-gzip"  # other bytes, so another strong tag
        else:
            body = gzip.decompress(body)
    return reply(body, headers, digest=digest, if_none_match=if_none_match)


@cache
def _assets() -> dict[str, Asset]:
    # By name, from lists: a path that a client made up finds nothing.
    theirs = {
        f"{package.address}/{name}": _theirs(STATIC / package.name / name, digest)
        for package in vendored()
        for name, digest in package.files.items()
    }
    return theirs | {name: _ours(STATIC / name) for name in OURS}


def _theirs(path: Path, digest: str) -> Asset:
    # The version is part of the URL, so what lies there never changes.
    stored = path if path.exists() else path.with_name(f"{path.name}.gz")
    return Asset(stored, digest, _media_type(path), "public, max-age=31536000, immutable")


def _ours(path: Path) -> Asset:
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
