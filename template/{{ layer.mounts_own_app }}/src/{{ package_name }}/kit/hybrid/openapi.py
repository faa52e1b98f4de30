"""One OpenAPI document for both frameworks."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

Document = dict[str, Any]


def merge(app: FastAPI, mounted: object) -> None:
    """Add the document of `mounted`, if it has one, to that of `app`."""
    generate: Callable[[], Document] = app.openapi
    mounted_document: Document = getattr(mounted, "extensions", {}).get("openapi", {})
    if mounted_document:
        app.openapi = lambda: union(generate(), mounted_document)  # type: ignore[method-assign]


def union(front: Document, mounted: Document) -> Document:
    """Return both documents as one. The operations of `front` take precedence.

    Raises:
        ValueError: Two different components have the same name.
    """
    paths = {**mounted["paths"]}
    for path, operations in front["paths"].items():
        paths[path] = {**paths.get(path, {}), **operations}
    kinds = front.get("components", {}).keys() | mounted.get("components", {}).keys()
    components = {kind: _components(kind, front, mounted) for kind in sorted(kinds)}
    return {**front, "paths": paths, "components": components}


def _components(kind: str, front: Document, mounted: Document) -> Document:
    ours = front.get("components", {}).get(kind, {})
    theirs = mounted.get("components", {}).get(kind, {})
    clash = [name for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]]
    if clash:
        raise ValueError(f"The {kind} {sorted(clash)} differ between the two applications.")
    return {**theirs, **ours}
