"""What every test of the database stands on: an empty, migrated database of each kind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.migrate import migrate

DIALECTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real)]


@pytest.fixture(params=DIALECTS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database.sqlite3'}"
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture
async def database_url(empty_url: str) -> str:
    """URL of a database with empty tables."""
    await migrate(empty_url)
    return empty_url


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
