"""What every test of the database stands on: an empty, migrated database of each kind."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database

DIALECTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real)]


@pytest.fixture(params=DIALECTS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database.sqlite3'}"
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database with empty tables: a copy of a SQLite file, or one on PostgreSQL, emptied for each test."""
    if request.param == "sqlite":
        path = tmp_path / "database.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    return str(request.getfixturevalue("migrated_database"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Give a database with empty tables."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def feed(database: Database) -> AsyncIterator[ChangeFeed]:
    """Give a feed of that database. It is not started; it is stopped afterwards."""
    made = ChangeFeed(database)
    yield made
    await made.stop()
