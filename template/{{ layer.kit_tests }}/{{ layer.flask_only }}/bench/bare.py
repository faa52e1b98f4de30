"""The bare framework, without middleware."""

from flask import Flask

from . import items

app = Flask(__name__)
app.register_blueprint(items.router)


@app.get("/livez")
def livez() -> dict[str, str]:
    return {"status": "ok"}
