"""The OpenAPI document, where it says under which prefix a proxy publishes the service."""

from typing import Any


def under_prefix(document: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Return `document` for those who reach it under `prefix`; without one it names no server."""
    return {**document, "servers": [{"url": prefix}]} if prefix else document
