"""The two pages. All their URLs are relative, so they work under any path prefix."""

import html
from dataclasses import dataclass
from hashlib import sha256
from string import Template

from .assets import STATIC, vendored
from .replies import Reply, reply


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML file in `static/`, and the policy that the browser holds it to."""

    file: str
    policy: str


def _policy(*, styles: str = "'self'", workers: str = "'none'") -> str:
    # `data:` is for the icons in Swagger UI's stylesheet.
    return (
        f"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data:; "
        f"connect-src 'self'; worker-src {workers}; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )


# ReDoc adds two <style> elements as it starts; a hash admits that one content and no other. They
# belong to this version of the bundle: of another, the browser's console names what is missing.
STYLED_COMPONENTS = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # empty at first
PERFECT_SCROLLBAR = "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"

PAGES = {
    "/docs": Page("swagger.html", _policy()),
    "/redoc": Page(
        "redoc.html",
        _policy(
            styles=f"'self' {STYLED_COMPONENTS} {PERFECT_SCROLLBAR}",
            workers="blob:",  # the search index: the bundle carries its worker as text
        ),
    ),
}


def page(path: str, *, title: str, if_none_match: str = "") -> Reply:
    """Show the page at `path`, a key of `PAGES`, over the document at `openapi.json` beside it."""
    shown = PAGES[path]
    template = Template((STATIC / shown.file).read_text(encoding="utf-8"))
    body = template.substitute(_addresses(), title=html.escape(title)).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": shown.policy,
        "Cache-Control": "no-cache",
    }
    return reply(body, headers, digest=sha256(body).hexdigest(), if_none_match=if_none_match)


def _addresses() -> dict[str, str]:
    return {package.name.replace("-", "_"): package.address for package in vendored()}
