import asyncio
import time

import pytest
from sqlalchemy import select

from mailcore.db.autoreplies_sent import claim
from mailcore.db.database import Database
from mailcore.db.retention import keep_house
from mailcore.db.tables import autoreply_sent

ADA, BOB = "ada@example.com", "bob@example.net"
HOUR, DAY = 3600.0, 86_400.0


async def may(database: Database, at: float, *, account: str = ADA, sender: str = BOB, interval: float = HOUR) -> bool:
    async with database.transaction() as connection:
        return await claim(connection, account, sender, at=at, interval=interval)


async def test_once_for_each_sender_and_interval(database: Database) -> None:
    assert await may(database, 1000.0)
    assert not await may(database, 1000.0)
    assert not await may(database, 1000.0 + HOUR - 1)
    assert await may(database, 1000.0 + HOUR)
    assert not await may(database, 1000.0 + HOUR)
    assert await may(database, 1000.0, sender="ken@example.org")
    assert await may(database, 1000.0, account="bea@example.com")


async def test_a_message_that_comes_again_much_later_is_not_answered_again(database: Database) -> None:
    assert await may(database, 1000.0)
    assert await may(database, 1000.0 + 5 * HOUR)
    assert not await may(database, 1000.0)


async def test_of_many_at_once_one_may(database: Database) -> None:
    allowed = await asyncio.gather(*(may(database, 1000.0 + number) for number in range(8)))
    assert sum(allowed) == 1


async def test_what_is_rolled_back_was_never_remembered(database: Database) -> None:
    async def broken_off() -> None:
        async with database.transaction() as connection:
            assert await claim(connection, ADA, BOB, at=1000.0, interval=HOUR)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await broken_off()
    assert await may(database, 1000.0)


async def test_after_a_year_nobody_is_remembered(database: Database) -> None:
    now = time.time()
    await may(database, now - 367 * DAY)
    await may(database, now - 365 * DAY, sender="ken@example.org")
    await keep_house(database, retention_days=1, now=now)
    async with database.read() as connection:
        left = (await connection.execute(select(autoreply_sent.c.sender))).scalars().all()
    assert list(left) == ["ken@example.org"]
