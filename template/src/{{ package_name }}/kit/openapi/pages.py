"""The pages and the files that they load. Their URLs are relative, so they work under any prefix."""

import html
from pathlib import Path
from string import Template

# A body and its headers, which override the defaults of the application.
Content = tuple[bytes, dict[str, str]]

STATIC = Path(__file__).parent / "static"

# Files by name, so no request path reaches the file system. `mimetypes` reads the registry on Windows,
# where .js may be text/plain.
ASSETS = {
    "page.css": "text/css",
    "redoc.js": "text/javascript",
    "swagger.js": "text/javascript",
    "redoc/bundles/redoc.standalone.js": "text/javascript",
    "swagger-ui-dist/swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-dist/swagger-ui.css": "text/css",
}
# For files from npm. They are stored compressed, which every browser accepts: a quarter of the size in
# checkouts and images, and no minified lines in code searches. Their URLs contain the version.
_FROM_NPM = {"Content-Encoding": "gzip", "Cache-Control": "public, max-age=31536000, immutable"}


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

# Content-Security-Policy by path. The page of `/docs` is `static/docs.html`.
PAGES = {
    "/docs": _policy(),
    "/redoc": _policy(
        styles=f"'self' {STYLED_COMPONENTS} {PERFECT_SCROLLBAR}",
        workers="blob:",  # The search index: the bundle contains its worker as text.
    ),
}


def page(path: str, *, title: str) -> Content:
    """Return the page at `path`, a key of `PAGES`. It loads `openapi.json` beside it."""
    template = Template((STATIC / f"{path[1:]}.html").read_text(encoding="utf-8"))
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": PAGES[path],
    }
    return template.substitute(title=html.escape(title)).encode(), headers


def asset(name: str) -> Content | None:
    """Return the file `docs/assets/{name}`; None if it does not exist."""
    if name not in ASSETS:
        return None
    headers = {"Content-Type": f"{ASSETS[name]}; charset=utf-8"}
    if "/" in name:
        return (STATIC / f"{name}.gz").read_bytes(), headers | _FROM_NPM
    return (STATIC / name).read_bytes(), headers
