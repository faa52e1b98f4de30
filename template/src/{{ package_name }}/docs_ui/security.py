"""The OpenAPI document, where it says how callers identify themselves."""

from collections.abc import Mapping
from typing import Any


def with_schemes(
    document: dict[str, Any], known: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return `document` with what is `known` of its security schemes, by their names."""
    components = document.get("components", {})
    schemes = components.get("securitySchemes", {})
    told = {name: {**scheme, **known.get(name, {})} for name, scheme in schemes.items()}
    return {**document, "components": {**components, "securitySchemes": told}} if told else document
