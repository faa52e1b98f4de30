"""The two adapters say the same thing in the same words: who knows one finds the way in the other."""

import ast
from pathlib import Path

import pytest

from tests.conftest import Render

# What a framework needs and the other does not: no features.
MACHINERY = {"fastapi": {"methods.py"}, "flask": {"openapi.py", "routing"}}
ENDPOINTS = ("accounts.py", "health.py", "todos.py")
WIRED = ("app.py", "auth.py", "dependencies.py", "errors.py", "features.py", "identity.py")
NAMED_ALIKE = (*WIRED, *ENDPOINTS)


class InFlask(ast.NodeTransformer):
    """Turns an endpoint of FastAPI into one of Flask, as a move in the README does."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        self.generic_visit(node)
        return ast.FunctionDef(**{field: getattr(node, field) for field in node._fields})

    def visit_Await(self, node: ast.Await) -> ast.AST:
        self.generic_visit(node)
        return node.value

    def visit_Import(self, node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return None


@pytest.fixture
def applications(render: Render) -> dict[str, Path]:
    package = render(framework="hybrid") / "src/orders_api"
    return {"fastapi": package / "fastapi_app", "flask": package / "flask_app"}


def spoken(module: Path) -> list[str]:
    """Return what a module says, statement by statement, without imports and colour."""
    tree = InFlask().visit(ast.parse(module.read_text(encoding="utf-8")))
    return [ast.unparse(ast.fix_missing_locations(node)) for node in tree.body]


def endpoints(module: Path) -> list[tuple[str, list[str]]]:
    """Return the functions of a module that are endpoints, with how they are declared."""
    body = ast.parse(module.read_text(encoding="utf-8")).body
    functions = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    declared = [(node.name, [*map(ast.unparse, node.decorator_list)]) for node in functions]
    return [found for found in declared if any("router." in line for line in found[1])]


def offered(module: Path) -> set[str]:
    """Return the names that a module defines for others."""
    names = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {*map(ast.unparse, targets)}
    return {name for name in names if not name.startswith("_")}


def test_a_feature_is_a_file_of_the_same_name_in_both(applications: dict[str, Path]) -> None:
    fastapi, flask = (
        {path.name for path in folder.iterdir()} - MACHINERY[name]
        for name, folder in applications.items()
    )
    assert fastapi == flask
    assert fastapi > {*NAMED_ALIKE, "docs.py"}


@pytest.mark.parametrize("module", ENDPOINTS)
def test_endpoints_have_the_same_names_paths_statuses_and_responses(
    applications: dict[str, Path], module: str
) -> None:
    fastapi, flask = (endpoints(folder / module) for folder in applications.values())
    assert fastapi
    assert fastapi == flask


@pytest.mark.parametrize("module", ENDPOINTS)
def test_without_imports_async_and_await_a_module_of_endpoints_is_the_same_in_both(
    applications: dict[str, Path], module: str
) -> None:
    fastapi, flask = (spoken(folder / module) for folder in applications.values())
    assert fastapi == flask


@pytest.mark.parametrize("module", NAMED_ALIKE)
def test_modules_of_the_same_name_offer_the_same_names(
    applications: dict[str, Path], module: str
) -> None:
    fastapi, flask = (offered(folder / module) for folder in applications.values())
    assert fastapi
    assert fastapi == flask


@pytest.mark.parametrize("module", [*NAMED_ALIKE, "docs.py"])
def test_modules_of_the_same_name_introduce_themselves_alike(
    applications: dict[str, Path], module: str
) -> None:
    said = {
        (ast.get_docstring(ast.parse((folder / module).read_text(encoding="utf-8"))) or "")
        .replace("FastAPI", "the framework")
        .replace("Flask", "the framework")
        for folder in applications.values()
    }
    assert len(said) == 1


@pytest.mark.parametrize("module", ["auth.py", "identity.py"])
@pytest.mark.parametrize("auth", ["none", "api_key", "oidc"])
def test_who_is_calling_is_asked_under_the_same_names(
    render: Render, auth: str, module: str
) -> None:
    package = render(framework="hybrid", auth=auth) / "src/orders_api"
    fastapi, flask = (offered(package / f"{name}_app" / module) for name in ("fastapi", "flask"))
    assert fastapi
    assert fastapi == flask
