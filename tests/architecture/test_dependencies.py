"""What is imported is declared, for each service by its own extra, and what is declared is used."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from tests.architecture.sources import PACKAGES, ROOT, tree

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRA_OF = {"ingress": "ingress", "processor": "processor", "admin_api": "admin-api"}
CHOSEN_BY_NAME = {"aiosqlite", "httptools"}
"""Loaded by SQLAlchemy and uvicorn when they find them or are told to."""


def declared(requirements: list[str]) -> set[str]:
    return {requirement.partition(">")[0].partition("[")[0] for requirement in requirements}


def imported(package: str) -> set[str]:
    """Give the distributions that a package imports from."""
    found = packages_distributions()
    names = {name for path in PACKAGES[package].rglob("*.py") for name in _top_level(path)}
    foreign = names - set(sys.stdlib_module_names) - set(PACKAGES)
    return {distribution.lower() for name in foreign for distribution in found[name]}


def _top_level(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.slow
def test_what_is_imported_is_declared(package: str) -> None:
    allowed = declared(PROJECT["dependencies"])
    if package in EXTRA_OF:
        allowed |= declared(PROJECT["optional-dependencies"][EXTRA_OF[package]])
    assert {name.replace("_", "-") for name in imported(package)} - allowed == set()


@pytest.mark.slow
def test_what_is_declared_is_used() -> None:
    extras = (PROJECT["optional-dependencies"][extra] for extra in EXTRA_OF.values())
    all_declared = declared(PROJECT["dependencies"]).union(*map(declared, extras))
    used = {name.replace("_", "-") for package in PACKAGES for name in imported(package)}
    assert all_declared - used - CHOSEN_BY_NAME == set()
