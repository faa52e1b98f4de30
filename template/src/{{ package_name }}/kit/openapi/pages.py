"""The pages. Their URLs are relative, so they work under any prefix."""

import html
from dataclasses import dataclass
from hashlib import sha256
from string import Template

from .assets import STATIC, vendored
from .static_response import StaticResponse, respond


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML file in `static/` and its Content-Security-Policy."""

    file: str
    policy: str


def _policy(*, styles: str = "'self'", workers: str = "'none'") -> str:
    # `data:` is for icons in the stylesheet of Swagger UI.
    return (
        f"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data:; "
        f"connect-src 'self'; worker-src {workers}; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )


# ReDoc adds two <style> elements. Their hashes belong to this version of the bundle; for another one,
# the browser's console prints the missing hash.
STYLED_COMPONENTS = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # Empty at first.
PERFECT_SCROLLBAR = "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"

PAGES = {
    "/docs": Page("swagger.html", _policy()),
    "/redoc": Page(
        "redoc.html",
        _policy(
            styles=f"'self' {STYLED_COMPONENTS} {PERFECT_SCROLLBAR}",
            workers="blob:",  # The search index: the bundle contains its worker as text.
        ),
    ),
}


def page(path: str, *, title: str, if_none_match: str = "") -> StaticResponse:
    """Return the page at `path`, a key of `PAGES`. It loads `openapi.json` beside it."""
    page = PAGES[path]
    template = Template((STATIC / page.file).read_text(encoding="utf-8"))
    body = template.substitute(_addresses(), title=html.escape(title)).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": page.policy,
        "Cache-Control": "no-cache",
    }
    return respond(body, headers, digest=sha256(body).hexdigest(), if_none_match=if_none_match)


def _addresses() -> dict[str, str]:
    return {package.name.replace("-", "_"): package.address for package in vendored()}
