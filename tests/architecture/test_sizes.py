"""Small files, small functions: where one grows, a noun is missing."""

import ast

from tests.architecture.sources import functions, named, python_files, source_files

MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40


def test_files_are_short() -> None:
    lines = {named(path): path.read_text(encoding="utf-8").count("\n") for path in python_files()}
    assert {name: count for name, count in lines.items() if count > MOST_LINES_OF_A_FILE} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{named(path)}:{function.name}": _length(function)
        for path in source_files()
        if path.parent.name != "versions"  # a migration is a table of columns, however it is written
        for function in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0
