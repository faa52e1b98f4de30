"""Builds the WSGI environment (PEP 3333) of an ASGI request."""

import sys
from collections.abc import Iterable
from typing import BinaryIO
from wsgiref.types import WSGIEnvironment

from starlette.types import Scope


def build_environ(scope: Scope, body: BinaryIO) -> WSGIEnvironment:
    root, path = split_path(scope)
    host, port = scope.get("server") or ("localhost", 80)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        # The body has an end. Without this, Werkzeug treats a chunked upload as empty.
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "asgi.scope": scope,
    }
    if client := scope.get("client"):
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    add_headers(environ, scope["headers"])
    return environ


def split_path(scope: Scope) -> tuple[str, str]:
    """Split the path into the prefixes of mounts and proxies (SCRIPT_NAME) and the rest (PATH_INFO).

    ASGI servers add the prefix of a proxy to the path. If only `root_path` contains it, the prefixes
    of mounts are removed.
    """
    root: str = scope.get("root_path", "").rstrip("/")
    path: str = scope["path"]
    for prefix in (root, root.removeprefix(scope.get("app_root_path", ""))):
        if f"{path}/".startswith(f"{prefix}/"):
            return root, path[len(prefix) :]
    return root, path


def add_headers(environ: WSGIEnvironment, headers: Iterable[tuple[bytes, bytes]]) -> None:
    for raw, value in headers:
        # WSGI cannot distinguish X_Forwarded_For from X-Forwarded-For.
        if b"_" in raw:  # guard: underscore-headers
            continue
        key = raw.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        comma = "; " if key == "HTTP_COOKIE" else ","
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]}{comma}{text}" if key in environ else text
