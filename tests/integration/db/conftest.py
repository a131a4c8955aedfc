"""What every test of the database stands on: an empty, migrated database of each kind."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.migrate import migrate
from mailcore.db.tables import metadata

DIALECTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real)]

_TABLES = ", ".join(metadata.tables)
_EMPTY = f"TRUNCATE {_TABLES} RESTART IDENTITY CASCADE; INSERT INTO change_counter VALUES (1, 0)"  # noqa: S608 - ours


@pytest.fixture(params=DIALECTS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database.sqlite3'}"
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture(scope="session")
def _contract_databases() -> Iterator[dict[str, str]]:
    """Databases that this session made, by the URL of their server; dropped before the server goes."""
    made: dict[str, str] = {}
    yield made
    for server, url in made.items():
        asyncio.run(_execute(server, f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)'))


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database with empty tables: a copy of a SQLite file, or one on PostgreSQL, emptied for each test."""
    if request.param == "sqlite":
        path = tmp_path / "database.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    server = str(request.getfixturevalue("postgres_url"))
    made: dict[str, str] = request.getfixturevalue("_contract_databases")
    if server in made:
        asyncio.run(_execute(made[server], _EMPTY))
    else:
        name = f"hikyaku_{uuid4().hex}"
        asyncio.run(_execute(server, f'CREATE DATABASE "{name}"'))
        made[server] = f"{server.rpartition('/')[0]}/{name}"
        asyncio.run(migrate(made[server]))
    return made[server]


async def _execute(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


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
