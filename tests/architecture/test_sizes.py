"""Small files, small functions: where one grows, a noun is missing."""

import ast
from pathlib import Path

import pytest
from tests.architecture.sources import functions, named, python_files, source_files

MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40


@pytest.mark.parametrize("path", python_files(), ids=named)
def test_files_are_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines < MOST_LINES_OF_A_FILE, f"{named(path)} has {lines} lines"


# A migration is a table of columns, however it is written.
@pytest.mark.parametrize("path", [path for path in source_files() if path.parent.name != "versions"], ids=named)
def test_functions_are_short(path: Path) -> None:
    long = [f"{each.name}: {_length(each)}" for each in functions(path) if _length(each) >= MOST_LINES_OF_A_FUNCTION]
    assert long == []


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the signature on, docstring not counted."""
    first = function.body[0]
    body = function.body[1:] if ast.get_docstring(function) and isinstance(first, ast.Expr) else function.body
    return (function.end_lineno or 0) - (body[0].lineno if body else function.lineno) + 1
