"""Which answers cannot go together, and why: by hand, beside what is computed."""

from collections.abc import Mapping
from typing import Any

from tests.matrix.space import Clash

# A choice, an answer to another question, and the sentence. Whoever changes a rule changes this.
CLASHES: dict[Clash, str] = {
    ("auth", "jwt", "database", "none"): "needs a database",
    ("auth", "api_key", "database", "none"): "needs a database",
    ("server", "uvicorn", "framework", "flask"): "is for FastAPI",
    ("server", "gunicorn_asgi", "framework", "flask"): "is for FastAPI",
    ("server", "granian", "framework", "flask"): "lets slow bodies hold the threads of Flask",
    ("server", "hypercorn", "framework", "flask"): "is for FastAPI",
    ("server", "gunicorn", "framework", "fastapi"): "is for Flask alone",
    ("server", "gunicorn", "framework", "hybrid"): "is for Flask alone",
    ("server", "gevent", "framework", "fastapi"): "is for Flask alone",
    ("server", "gevent", "framework", "hybrid"): "is for Flask alone",
    ("deploy", "kubernetes", "database", "sqlite"): "needs PostgreSQL, or no database",
    ("deploy", "lambda", "database", "sqlite"): "needs PostgreSQL, or no database",
    ("deploy", "lambda", "interface", "realtime"): "no streams or WebSockets",
}


def accepted(answers: Mapping[str, Any]) -> bool:
    """Say by the list above, not by Copier, whether these answers go together."""
    given = {
        (name, choice)
        for name, answer in answers.items()
        for choice in (answer if isinstance(answer, list | tuple) else (answer,))
    }
    return not any(
        {(one, choice), (other, answer)} <= given for one, choice, other, answer in CLASHES
    )
