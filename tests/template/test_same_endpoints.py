"""Both frameworks have the same endpoints: without imports, async and await, the same code."""

import ast
from pathlib import Path

import pytest

from tests.conftest import Render

ENDPOINTS = ("accounts.py", "health.py", "todos.py")


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


@pytest.mark.parametrize("module", ENDPOINTS)
def test_endpoints_are_the_same_in_both_frameworks(render: Render, module: str) -> None:
    package = render(framework="hybrid") / "src/orders_api"
    fastapi, flask = (statements(package / f"{name}_app" / module) for name in ("fastapi", "flask"))
    assert any("@router." in statement for statement in fastapi)
    assert fastapi == flask


def statements(module: Path) -> list[str]:
    tree = WithoutAsync().visit(ast.parse(module.read_text(encoding="utf-8")))
    return [ast.unparse(ast.fix_missing_locations(node)) for node in tree.body]
