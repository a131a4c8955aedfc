"""Nothing reads the environment but the composition roots; time and randomness enter decisions as arguments."""

import ast
from pathlib import Path

import pytest
from tests.architecture.sources import PACKAGES, named, source_files, tree

READS_THE_ENVIRONMENT = {"app.py", "migrate.py"}
IMPURE = {"asyncio", "datetime", "os", "pathlib", "random", "secrets", "socket", "subprocess", "time", "threading"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}


def test_the_environment_is_read_by_composition_roots_only() -> None:
    readers = [
        path
        for path in source_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert [named(path) for path in readers if path.name not in READS_THE_ENVIRONMENT] == []


def test_decisions_know_no_clock_chance_or_machine() -> None:
    impure = [path for path in PACKAGES["maildecide"].rglob("*.py") if _imported(path) & IMPURE or _waits(path)]
    assert [named(path) for path in impure] == []


@pytest.mark.slow
def test_modules_say_what_they_are() -> None:
    assert [named(path) for path in source_files() if not ast.get_docstring(tree(path))] == []
    assert [named(path) for path in source_files() if path.stem in VAGUE] == []


def _imported(path: Path) -> set[str]:
    imported = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.partition(".")[0])
    return imported


def _waits(path: Path) -> bool:
    return any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(tree(path)))
