"""One OpenAPI document for both halves."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

Document = dict[str, Any]


def merge(app: FastAPI, mounted: object) -> None:
    """Let `app` describe what `mounted` answers as well, where that describes itself."""
    generate: Callable[[], Document] = app.openapi
    legacy: Document = getattr(mounted, "extensions", {}).get("openapi", {})
    if legacy:
        app.openapi = lambda: union(generate(), legacy)  # type: ignore[method-assign]


def union(front: Document, legacy: Document) -> Document:
    """Return both documents as one; where both describe an operation, the front answers it.

    Raises:
        ValueError: Two different components have the same name.
    """
    paths = {**legacy["paths"]}
    for path, operations in front["paths"].items():
        paths[path] = {**paths.get(path, {}), **operations}
    kinds = front.get("components", {}).keys() | legacy.get("components", {}).keys()
    components = {kind: _components(kind, front, legacy) for kind in sorted(kinds)}
    return {**front, "paths": paths, "components": components}


def _components(kind: str, front: Document, legacy: Document) -> Document:
    ours = front.get("components", {}).get(kind, {})
    theirs = legacy.get("components", {}).get(kind, {})
    clash = [name for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]]
    if clash:
        raise ValueError(f"The two applications disagree about the {kind} {sorted(clash)}.")
    return {**theirs, **ours}
