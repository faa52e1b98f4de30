"""How long a function of AWS Lambda takes from nothing to its first answer, beside the bare framework.

    uv run python -m tests.projects.cold_start

Each project is packaged as its README says and started by AWS's own client of the Runtime API, in
turns with two functions of one endpoint each: the bare framework, and the framework with the
libraries that the answers of the project ask for, imported and set up. All of them have bytecode.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from uuid import uuid4

from tests.conftest import FRAMEWORKS, snapshot
from tests.projects import functions
from tests.projects.functions import event, handler, packaged
from tests.projects.project import Project
from tests.projects.runtime_api import started

FASTAPI = """
from fastapi import FastAPI
from mangum import Mangum
app = FastAPI()
@app.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}
handler = Mangum(app, lifespan="off")
"""
FLASK = """
from apig_wsgi import make_lambda_handler
from flask import Flask
app = Flask(__name__)
@app.get("/livez")
def livez() -> dict[str, str]:
    return {"status": "ok"}
handler = make_lambda_handler(app)
"""
# A hybrid is FastAPI that answers, and Flask in the same process.
BARE = {"fastapi": FASTAPI, "flask": FLASK, "hybrid": f"import flask\n{FASTAPI}"}
ALWAYS = "import pydantic_settings, structlog\n"
SETUP = {
    "postgresql": "import sqlalchemy.orm\n{engine}\n{maker}(URL)\n",
    "none": "",
    "jwt": "import jwt\nfrom pwdlib.hashers.argon2 import Argon2Hasher\nArgon2Hasher()\n",
}
URL = "postgresql+psycopg://app@127.0.0.1:1/app"
ENGINE = {
    "fastapi": ("from sqlalchemy.ext.asyncio import create_async_engine", "create_async_engine"),
    "flask": ("from sqlalchemy import create_engine", "create_engine"),
}
# The database and who may call.
ANSWERS = {"postgresql, jwt": ("postgresql", "jwt"), "none, none": ("none", "none")}
BESIDE = {"bare": "bare.handler", "with libraries": "bare_with_libraries.handler"}
SETTINGS = {
    "ENVIRONMENT": "production", "THREADS": "1", "POOL_SIZE": "1", "DATABASE_URL": URL,
    "JWT_KEYS": f"k1:{uuid4().hex}{uuid4().hex}", "ALLOWED_HOSTS": "*.amazonaws.com",
}  # fmt: skip


def measured(python: Path, task: Path, name: str, log: Path) -> float:
    """Return the milliseconds from the start of a process to its first answer."""
    with started(python, task, name, log, **SETTINGS) as function:
        function.expect("ready")
        answer = function.invoke(event("GET", "/livez"))
        assert answer.content["statusCode"] == 200, answer.content
        return (answer.at - function.started) * 1000


def with_libraries(framework: str, database: str, auth: str) -> str:
    """Return the bare framework with what the answers ask for."""
    kinds = ("fastapi", "flask") if framework == "hybrid" else (framework,)
    engines = [ENGINE[kind] for kind in kinds] if database != "none" else []
    setup = [SETUP[database].format(engine=engine, maker=maker) for engine, maker in engines]
    return f"URL = {URL!r}\n{ALWAYS}{''.join(setup)}{SETUP[auth]}{BARE[framework]}"


def prepared(framework: str, answers: str, template: Path, folder: Path) -> dict[str, str]:
    """Make the package, with the other two functions beside it; return the name of each."""
    database, auth = ANSWERS[answers]
    asked = {"framework": framework, "database": database, "auth": auth, "deploy": "[lambda]"}
    options = [f"--data={name}={value}" for name, value in asked.items()]
    project = Project.render(template, folder / "orders-api", *options)
    project.run("uv sync --quiet")
    task = packaged(project, folder / "task").task
    beside(task, framework, answers)
    return {**BESIDE, "project": handler(project, "template.yaml")}


def beside(task: Path, framework: str, answers: str) -> None:
    """Write the other two functions into the package."""
    (task / "bare.py").write_text(BARE[framework])
    (task / "bare_with_libraries.py").write_text(with_libraries(framework, *ANSWERS[answers]))
    compiler = [str(functions.require_interpreter()), "-m", "compileall", "-q", "-l"]
    subprocess.run([*compiler, str(task)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.projects.cold_start", description=__doc__)
    parser.add_argument("--framework", choices=FRAMEWORKS, action="append")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    print("| framework | answers | bare, ms | with libraries | project | of bare | of libraries |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as own:
        folder = Path(own)
        python = functions.client(folder / "client")
        template = snapshot(folder / "template")
        for framework in options.framework or FRAMEWORKS:
            for number, answers in enumerate(ANSWERS):
                place = folder / f"{framework}-{number}"
                place.mkdir()
                names = prepared(framework, answers, template, place)
                row(framework, answers, times(python, place, names, options.runs))


def times(python: Path, place: Path, names: dict[str, str], runs: int) -> dict[str, float]:
    """Return the median of each; in turns, so that what else the machine does hits all alike."""
    found: dict[str, list[float]] = {kind: [] for kind in names}
    for run in range(runs + 1):
        for kind, name in names.items():
            took = measured(python, place / "task", name, place / "log")
            if run:  # The first one brings the files into memory.
                found[kind].append(took)
    return {kind: median(each) for kind, each in found.items()}


def row(framework: str, answers: str, found: dict[str, float]) -> None:
    bare, libraries, project = found.values()
    ratios = f"{project / bare:.2f} | {project / libraries:.2f}"
    print(f"| {framework} | {answers} | {bare:.0f} | {libraries:.0f} | {project:.0f} | {ratios} |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
