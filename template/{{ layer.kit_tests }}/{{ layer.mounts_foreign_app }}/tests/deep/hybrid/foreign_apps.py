"""Applications of another project, and objects that are not applications."""

from collections.abc import Iterable
from typing import NoReturn
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, request


def shop() -> Flask:
    app = Flask("shop")

    @app.get("/")
    def home() -> str:
        return "the shop"

    @app.route("/method", methods=["GET", "POST"])
    def method() -> Response:
        return Response(headers={"X-Method": request.method})

    @app.get("/page")
    def page() -> Response:
        own = {"Content-Security-Policy": "default-src *", "Strict-Transport-Security": "max-age=1"}
        return Response("<p>", headers=own | {"Vary": "Cookie", "Cache-Control": "max-age=5"})

    @app.get("/shared")
    def shared() -> Response:
        return Response("for all", headers={"Access-Control-Allow-Origin": "*"})

    @app.post("/caller")
    def caller() -> dict[str, object]:
        environ = {name: repr(value) for name, value in request.environ.items() if "user" in name}
        return {"name": request.remote_user, "environ": environ, "size": len(request.get_data())}

    @app.get("/where/<name>")
    def where(name: str) -> dict[str, str]:
        return {"root": request.script_root, "url": request.url}

    # FastAPI has these URLs too, but not all of their methods.
    app.add_url_rule("/livez", "alive", lambda: "alive", methods=["GET", "PURGE"])
    app.add_url_rule("/api/v1/items/<int:number>", "item", lambda number: str(number))
    return app


def raw(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"no framework"]


def broken() -> NoReturn:
    raise KeyError("SECRET_KEY")


def nothing() -> Flask:
    """Return an application without URLs."""
    return Flask("nothing", static_folder=None)


def forgetful() -> None:
    """Forget to return the application."""


number = 7
