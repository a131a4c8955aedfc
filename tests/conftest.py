"""The real parts that tests ask for by name. Each is started once, when the first test needs it."""

import asyncio
import os
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import aio_pika
import asyncpg
import pytest
from tests.parts import PostgreSQL, RabbitMQ

from mailcore.bus.topology import DEAD_LETTERS, QUEUES

_ONE_AFTER_THE_OTHER = ("real", "e2e", "compose")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what uses the real parts in one process when the tests run in several: they kill and restart them."""
    for item in items:
        if any(item.get_closest_marker(name) for name in _ONE_AFTER_THE_OTHER):
            item.add_marker(pytest.mark.xdist_group("real parts"))


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
    yield f"{postgres_url.rpartition('/')[0]}/{name}"
    _run(_execute(postgres_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


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
