"""The questions that shape a project: their choices, and which of them exclude each other.

`test_variants.py` compares this table with `copier.yml`: a new question or choice has to be added here.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from decision.engine import load_matrix

Answers = Mapping[str, Any]

OWN, ADOPTED = "orders_api.flask_app:create_app()", "orders_api.shop:create_app()"

# In the order of the questions. `deploy` takes several choices, `legacy_app` any import path.
CHOICES: dict[str, tuple[Any, ...]] = {
    "framework": ("fastapi", "flask", "hybrid"),
    "legacy_app": (OWN, ADOPTED),
    "database": ("postgresql", "sqlite", "none"),
    "auth": ("jwt", "api_key", "oidc", "none"),
    "server": ("uvicorn", "gunicorn", "gevent", "hypercorn"),
    "deploy": ("kubernetes", "lambda"),
    "ci": ("github", "gitlab", "none"),
}
# What the criteria lead to is told in a project's documents; it shapes nothing else.
CRITERIA = {name: tuple(spec["levels"]) for name, spec in load_matrix()["criteria"].items()}
# Answers that shape no files: free text and the weights; and those that are not asked: the tests that
# `deep` variants add, a driver that one variant has, and features.
OTHERS = {
    *("project_name", "project_slug", "package_name", "description"),
    *("tune_weights", "weights", "kit_tests", "asyncpg"),
    *("features", "job_queue"),
}
FEATURES = tuple(load_matrix()["features"])
# Projects with all features that their framework has.
WITH_FEATURES: tuple[dict[str, Any], ...] = (
    {"framework": "fastapi", "features": [*FEATURES]},
    {"framework": "fastapi", "database": "none", "server": "hypercorn", "features": [*FEATURES]},
    {"framework": "hybrid", "database": "sqlite", "features": [*FEATURES]},
    {"framework": "flask", "features": [each for each in FEATURES if each != "websocket"]},
    {"framework": "flask", "database": "none", "server": "gevent", "features": ["cache", "jobs"]},
)

# A choice, an answer to another question that excludes it, and the reason that Copier gives.
CLASHES: dict[tuple[str, str, str, str], str] = {
    ("auth", "jwt", "database", "none"): "needs a database",
    ("auth", "api_key", "database", "none"): "needs a database",
    ("server", "uvicorn", "framework", "flask"): "needs FastAPI",
    ("server", "hypercorn", "framework", "flask"): "needs FastAPI",
    ("server", "gunicorn", "framework", "fastapi"): "for Flask only",
    ("server", "gunicorn", "framework", "hybrid"): "for Flask only",
    ("server", "gevent", "framework", "fastapi"): "for Flask only",
    ("server", "gevent", "framework", "hybrid"): "for Flask only",
    ("deploy", "kubernetes", "database", "sqlite"): "needs PostgreSQL or no database",
    ("deploy", "lambda", "database", "sqlite"): "needs PostgreSQL or no database",
    ("deploy", "lambda", "interface", "realtime"): "no WebSockets or streaming",
}


def accepted(answers: Answers) -> bool:
    """Say whether these answers go together."""
    pairs = {
        (question, choice)
        for question, answer in answers.items()
        for choice in (answer if isinstance(answer, list) else [answer])
    }
    return not any({clash[:2], clash[2:]} <= pairs for clash in CLASHES)


def proposed(answers: Answers) -> Answers:
    """Return what Copier proposes after these answers, as long as no criterion says otherwise."""
    return {
        "legacy_app": OWN,
        "auth": "none" if answers["database"] == "none" else "jwt",
        "server": "gunicorn" if answers["framework"] == "flask" else "uvicorn",
        "deploy": [],
        "ci": "github",
    }


def shapes() -> Iterator[dict[str, Any]]:
    """Yield every accepted combination; a question that is not asked is left out."""
    values = {**CHOICES, "deploy": ([], ["kubernetes"], ["lambda"], ["kubernetes", "lambda"])}
    for combination in product(*values.values()):
        answers = dict(zip(values, combination, strict=True))
        asked_for_nothing = (
            answers["framework"] != "hybrid" and answers["legacy_app"] == ADOPTED
        ) or (answers["database"] == "sqlite" and answers["deploy"])
        if accepted(answers) and not asked_for_nothing:
            yield {name: answer for name, answer in answers.items() if is_asked(name, answers)}


def is_asked(question: str, answers: Answers) -> bool:
    """Say whether Copier asks the question after these answers."""
    if question == "legacy_app":
        return bool(answers["framework"] == "hybrid")
    return question != "deploy" or answers["database"] != "sqlite"


# What can serve each framework.
SERVERS = {
    framework: [
        server
        for server in CHOICES["server"]
        if accepted({"framework": framework, "server": server})
    ]
    for framework in CHOICES["framework"]
}
