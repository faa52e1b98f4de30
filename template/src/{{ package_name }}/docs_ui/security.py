"""The OpenAPI document, where it says how callers identify themselves."""

from collections.abc import Mapping
from typing import Any

# What only the environment knows of security schemes, by their names.
Schemes = Mapping[str, Mapping[str, Any]]


def with_schemes(document: dict[str, Any], known: Schemes) -> dict[str, Any]:
    """Return `document` with what is `known` filled in."""
    components = document.get("components", {})
    schemes = components.get("securitySchemes", {})
    if not known.keys() & schemes.keys():
        return document
    told = {name: {**scheme, **known.get(name, {})} for name, scheme in schemes.items()}
    return {**document, "components": {**components, "securitySchemes": told}}
