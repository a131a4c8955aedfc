"""PostgreSQL stops, restarts, or stands still behind a broken network: a word for it, soon, and no lasting harm."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import insert, make_url, select, text
from tests.integration.db.blackhole import Blackhole
from tests.parts import PostgreSQL

from mailcore.db.changes import ChangeFeed, append_change
from mailcore.db.database import Database
from mailcore.db.migrate import migrate
from mailcore.db.tables import content_ref
from mailcore.errors import DatabaseAway

pytestmark = pytest.mark.real


@pytest.fixture
async def hole(postgres_database: str) -> AsyncIterator[Blackhole]:
    url = make_url(postgres_database)
    async with Blackhole(url.host or "", url.port or 0) as made:
        yield made


@pytest.fixture
async def database(hole: Blackhole, postgres_database: str) -> AsyncIterator[Database]:
    await migrate(postgres_database)
    through = make_url(postgres_database).set(host="127.0.0.1", port=hole.port)
    opened = await Database.open(through.render_as_string(hide_password=False))
    yield opened
    await opened.close()


async def write(database: Database, holder: str) -> None:
    async with database.transaction() as connection:
        await connection.execute(insert(content_ref).values(content="c", holder=holder, at=1.0))


async def read(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(select(content_ref.c.holder))).scalars())


async def seconds_until_away(action: Callable[[], object]) -> float:
    began = time.monotonic()
    with pytest.raises(DatabaseAway):
        await action()  # type: ignore[misc]  # any coroutine function
    return time.monotonic() - began


async def test_database_that_stands_still_is_away_within_ten_seconds(database: Database, hole: Blackhole) -> None:
    await asyncio.gather(*(write(database, str(number)) for number in range(8)))
    hole.swallow()
    times = await asyncio.gather(
        seconds_until_away(lambda: write(database, "x")),
        seconds_until_away(lambda: read(database)),
        seconds_until_away(database.check),
        *(seconds_until_away(lambda: read(database)) for _ in range(20)),
    )
    assert max(times) < 11
    assert times[2] < 5.5
    hole.carry()
    assert len(await read(database)) in {8, 9}


async def test_database_that_was_never_there_is_away(hole: Blackhole, postgres_database: str) -> None:
    hole.swallow()
    url = make_url(postgres_database).set(host="127.0.0.1", port=hole.port)
    opened = await Database.open(url.render_as_string(hide_password=False))
    assert await seconds_until_away(lambda: read(opened)) < 11
    await opened.close()


async def test_statement_that_takes_too_long_is_away_and_harms_no_other(database: Database) -> None:
    async def sleep() -> None:
        async with database.read() as connection:
            await connection.execute(text("SELECT pg_sleep(60)"))

    assert await seconds_until_away(sleep) < 11
    assert await read(database) == []


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_stopped_server_is_away_at_once_and_used_again_when_back(
    database: Database, postgres: PostgreSQL, how: str
) -> None:
    await asyncio.gather(*(read(database) for _ in range(8)))
    await write(database, "before")
    await postgres.asynchronously(getattr(postgres, how))
    assert await seconds_until_away(lambda: read(database)) < 3
    assert await seconds_until_away(lambda: write(database, "during")) < 3
    assert await seconds_until_away(database.check) < 3
    await postgres.asynchronously(postgres.start)
    await write(database, "after")
    assert await read(database) == ["before", "after"]


async def test_restart_between_two_operations_is_not_noticed(database: Database, postgres: PostgreSQL) -> None:
    await asyncio.gather(*(read(database) for _ in range(8)))
    await postgres.asynchronously(postgres.restart)
    await asyncio.gather(*(write(database, str(number)) for number in range(8)))
    assert len(await read(database)) == 8


async def test_transaction_torn_by_a_crash_leaves_nothing(database: Database, postgres: PostgreSQL) -> None:
    async def torn() -> None:
        async with database.transaction() as connection:
            await connection.execute(insert(content_ref).values(content="c", holder="torn", at=1.0))
            await postgres.asynchronously(postgres.kill)

    assert await seconds_until_away(torn) < 10
    await postgres.asynchronously(postgres.start)
    assert await read(database) == []


async def test_feed_goes_stale_while_away_and_misses_nothing(database: Database, postgres: PostgreSQL) -> None:
    feed, heard = ChangeFeed(database), list[str]()
    await feed.start()
    feed.subscribe(lambda changes: heard.extend(change.key for change in changes))
    await postgres.asynchronously(postgres.stop)
    await asyncio.sleep(5.5)
    assert not feed.is_fresh(time.monotonic())
    await postgres.asynchronously(postgres.start)
    async with database.transaction() as connection:
        await append_change(connection, "account", "made at once")
    async with asyncio.timeout(2):
        while not heard:
            await asyncio.sleep(0.02)
    assert heard == ["made at once"]
    assert feed.is_fresh(time.monotonic())
    await feed.stop()
