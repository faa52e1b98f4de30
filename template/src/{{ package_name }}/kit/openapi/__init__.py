"""The OpenAPI document and its pages, Swagger UI and ReDoc, self-hosted under a strict CSP.

An adapter sends the body and the headers that these return:

    /docs, /redoc          page(path, title=...)
    /docs/assets/{name}    asset(name); the name contains slashes
"""

from .document import complete, with_prefix, with_security_schemes
from .pages import PAGES, asset, page

__all__ = ["PAGES", "asset", "complete", "page", "with_prefix", "with_security_schemes"]
