"""Nothing reads the environment but the composition roots; time and randomness enter decisions as arguments."""

import ast
from pathlib import Path

import pytest
from tests.architecture.sources import PACKAGES, named, source_files, tree

READS_THE_ENVIRONMENT = {"app.py", "__main__.py", "migrate.py"}
IMPURE = {"asyncio", "datetime", "os", "pathlib", "random", "secrets", "socket", "subprocess", "time", "threading"}


@pytest.mark.parametrize("path", source_files(), ids=named)
def test_the_environment_is_read_by_composition_roots_only(path: Path) -> None:
    reads = any(isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} for node in ast.walk(tree(path)))
    assert not reads or path.name in READS_THE_ENVIRONMENT


@pytest.mark.parametrize("path", sorted(PACKAGES["maildecide"].rglob("*.py")), ids=named)
def test_decisions_know_no_clock_chance_or_machine(path: Path) -> None:
    imported = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.partition(".")[0])
    assert not imported & IMPURE
    assert not [node for node in ast.walk(tree(path)) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]


@pytest.mark.parametrize("path", source_files(), ids=named)
def test_modules_have_a_docstring_and_no_vague_name(path: Path) -> None:
    assert ast.get_docstring(tree(path))
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
