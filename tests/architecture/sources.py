"""The sources of the project, as files and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "mailcore": ROOT / "shared/mailcore",
    "maildecide": ROOT / "shared/maildecide",
    "ingress": ROOT / "services/ingress/ingress",
    "processor": ROOT / "services/processor/processor",
    "admin_api": ROOT / "services/admin-api/admin_api",
    "standalone": ROOT / "services/standalone/standalone",
}


def source_files() -> list[Path]:
    """Give every module of every package."""
    return sorted(path for package in PACKAGES.values() for path in package.rglob("*.py"))


def python_files() -> list[Path]:
    """Give every module of every package, test and tool."""
    return sorted([*source_files(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "tools").rglob("*.py")])


@cache
def tree(path: Path) -> ast.Module:
    """Give the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function of a file, inner ones included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def strings(path: Path) -> Iterator[str]:
    """Give every string of a file but docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = set()
    for node in ast.walk(tree(path)):
        # A docstring is a string that stands alone: of a module, class or function, or below a field.
        if isinstance(node, documented):
            docstrings |= {id(line.value) for line in node.body if isinstance(line, ast.Expr)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def named(path: Path) -> str:
    """Give the file's path below the root, for messages."""
    return str(path.relative_to(ROOT))
