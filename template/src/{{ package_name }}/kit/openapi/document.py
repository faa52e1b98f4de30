"""Completes the OpenAPI document of either framework."""

from collections.abc import Mapping
from typing import Any

from ..problems import MEDIA_TYPE, title

Document = dict[str, Any]


def complete(document: Document) -> Document:
    """Add 401 to operations with authentication, and the media type of problems."""
    for path in document["paths"].values():
        for operation in path.values():
            if operation.get("security"):
                content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
                response = {"description": title(401), "content": content}
                operation["responses"].setdefault("401", response)
            for status, response in operation["responses"].items():
                if status[0] in "45" and "application/json" in response.get("content", {}):
                    response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
    return document


def with_prefix(document: Document, prefix: str) -> Document:
    """Return `document` for clients that reach the service under `prefix`."""
    return {**document, "servers": [{"url": prefix}]} if prefix else document


def with_security_schemes(document: Document, schemes: Mapping[str, Mapping[str, Any]]) -> Document:
    """Return `document` with the parts of security schemes that only the settings know."""
    components = document.get("components", {})
    declared = components.get("securitySchemes", {})
    if not schemes.keys() & declared.keys():
        return document
    merged = {name: {**scheme, **schemes.get(name, {})} for name, scheme in declared.items()}
    return {**document, "components": {**components, "securitySchemes": merged}}
