"""The bare framework: what its documentation begins with, and nothing around it."""

from flask import Flask

from . import todos

app = Flask(__name__)
app.register_blueprint(todos.router)


@app.get("/livez")
def livez() -> dict[str, str]:
    return {"status": "ok"}
