"""Swagger UI and ReDoc, served by the project itself: offline, and under a strict content policy.

No framework is known here. An adapter asks for a `Reply` and sends it as it is:

    /docs, /redoc          page(path, title=...)
    /docs/assets/{name}    asset(name); the name has slashes in it
"""

from .assets import asset
from .document import under_prefix
from .pages import PAGES, page
from .replies import Reply
from .security import Schemes, with_schemes

__all__ = ["PAGES", "Reply", "Schemes", "asset", "page", "under_prefix", "with_schemes"]
