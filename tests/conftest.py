"""The real parts that tests ask for by name. Each is started once, when the first test needs it."""

import asyncio
import gc
import os
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import aio_pika
import asyncpg
import pytest
from tests.parts import PostgreSQL, RabbitMQ

from mailcore.bus.topology import DEAD_LETTERS, QUEUES
from mailcore.db.migrate import migrate
from mailcore.db.tables import metadata

_WITH_REAL_PARTS = ("real", "e2e")
_GIVEN = ("TEST_AMQP_URL", "TEST_DATABASE_URL")
_TABLES = ", ".join(f"'{name}'" for name in metadata.tables)
_EMPTY = f"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$
DECLARE
    name text;
    is_used boolean;
BEGIN
    FOREACH name IN ARRAY ARRAY[{_TABLES}] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO is_used;
        IF is_used THEN EXECUTE format('TRUNCATE %I CASCADE', name); END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
    INSERT INTO change_counter VALUES (1, 0);
END $$
"""  # noqa: S608 - names of our own


def pytest_configure() -> None:
    """Look for garbage less often: thousands of tests are at hand for good, and looking through them takes a fifth."""
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """Look through them no more."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say what stays in one process when the tests run in several.

    The containers are one project. Each process starts real parts of its own, so those that use them are kept
    together by file, for what a file starts once; where parts are given, all use the same, and take turns.
    """
    for item in items:
        if item.get_closest_marker("compose"):
            item.add_marker(pytest.mark.xdist_group("compose"))
        elif any(item.get_closest_marker(name) for name in _WITH_REAL_PARTS):
            shared = any(os.environ.get(name) for name in _GIVEN)
            item.add_marker(pytest.mark.xdist_group("real parts" if shared else str(item.path)))


@pytest.fixture(scope="session")
def _rabbitmq_of_session() -> Iterator[RabbitMQ]:
    with RabbitMQ() as server:
        yield server


@pytest.fixture
def rabbitmq(_rabbitmq_of_session: RabbitMQ) -> Iterator[RabbitMQ]:
    """Give a broker of our own that the test may stop, kill and restart."""
    _rabbitmq_of_session.start()
    yield _rabbitmq_of_session
    _rabbitmq_of_session.start()


@pytest.fixture
def rabbitmq_url(request: pytest.FixtureRequest) -> str:
    """URL of a broker whose queues of ours are empty: TEST_AMQP_URL's, or one of our own."""
    url = os.environ.get("TEST_AMQP_URL") or str(request.getfixturevalue("rabbitmq").url)
    _run(_empty_queues(url))
    return url


@pytest.fixture(scope="session")
def _postgres_of_session() -> Iterator[PostgreSQL]:
    with PostgreSQL() as server:
        yield server


@pytest.fixture
def postgres(_postgres_of_session: PostgreSQL) -> Iterator[PostgreSQL]:
    """Give a PostgreSQL of our own that the test may stop, kill and restart."""
    _postgres_of_session.start()
    yield _postgres_of_session
    _postgres_of_session.start()


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> str:
    """URL of a PostgreSQL whose role may make databases: TEST_DATABASE_URL's, or one of our own."""
    return os.environ.get("TEST_DATABASE_URL") or str(request.getfixturevalue("postgres").url)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """URL of a database that is new and empty, and dropped after the test."""
    name = f"hikyaku_{uuid4().hex}"
    _run(_execute(postgres_url, f'CREATE DATABASE "{name}"'))
    yield _named(postgres_url, name)
    _run(_execute(postgres_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite database to be copied: a migration for each test would take longer than the test."""
    path = tmp_path_factory.mktemp("migrated") / "database.sqlite3"
    _run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def _migrated_of_session(request: pytest.FixtureRequest) -> Iterator[str]:
    url = os.environ.get("TEST_DATABASE_URL") or str(request.getfixturevalue("_postgres_of_session").url)
    name = f"hikyaku_{uuid4().hex}"
    _run(_execute(url, f'CREATE DATABASE "{name}"'))
    _run(migrate(_named(url, name)))
    yield _named(url, name)
    _run(_execute(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@pytest.fixture
def migrated_database(postgres_url: str, _migrated_of_session: str) -> str:  # noqa: ARG001 - the server has to run
    """URL of a database on PostgreSQL with every table and nothing in them: one, emptied for each test.

    Nobody is connected to it any more. Making one for each test would take longer than the test.
    """
    _run(_execute(_migrated_of_session, _EMPTY))
    return _migrated_of_session


def _named(url: str, database: str) -> str:
    return f"{url.rpartition('/')[0]}/{database}"


def _run(work: Coroutine[None, None, None]) -> None:
    """Do `work` in a loop of its own: a fixture that is not async can be asked for by name from one that is."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _empty_queues(url: str) -> None:
    # Not removed: a RabbitMQ that is killed within a second or two of making a queue may have forgotten it.
    async with await aio_pika.connect(url) as connection:
        for queue in (*QUEUES, DEAD_LETTERS):
            channel = await connection.channel()
            with suppress(aio_pika.exceptions.ChannelNotFoundEntity):
                await (await channel.get_queue(queue)).purge()
