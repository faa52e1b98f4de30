"""The OpenAPI document and its pages, Swagger UI and ReDoc, self-hosted under a strict CSP.

An adapter sends a `StaticResponse` as it is:

    /docs, /redoc          page(path, title=...)
    /docs/assets/{name}    asset(name); the name contains slashes
"""

from .assets import asset
from .document import complete, with_prefix, with_security_schemes
from .pages import PAGES, page
from .static_response import StaticResponse

__all__ = [
    "PAGES",
    "StaticResponse",
    "asset",
    "complete",
    "page",
    "with_prefix",
    "with_security_schemes",
]
