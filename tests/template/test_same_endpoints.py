"""Both frameworks have the same endpoints: without imports, async and await, the same code."""

import ast
from pathlib import Path

import pytest

from tests.conftest import Render

ENDPOINTS = [
    ("todos/router.py", "todos/views.py"),
    ("auth/router.py", "auth/views.py"),
    ("kit/fastapi/health.py", "kit/flask/health.py"),
]


class WithoutAsync(ast.NodeTransformer):
    """Turns a module of endpoints for FastAPI into one for Flask, but for the imports."""

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


@pytest.mark.parametrize("paths", ENDPOINTS)
def test_endpoints_are_the_same_in_both_frameworks(render: Render, paths: tuple[str, str]) -> None:
    package = render(framework="hybrid") / "src/orders_api"
    fastapi, flask = (statements(package / path) for path in paths)
    assert any("@router." in statement for statement in fastapi)
    assert fastapi == flask


def statements(module: Path) -> list[str]:
    _, *code = ast.parse(module.read_text(encoding="utf-8")).body  # Without the docstring.
    tree = WithoutAsync().visit(ast.Module(code, []))
    return [ast.unparse(ast.fix_missing_locations(node)) for node in tree.body]
