import asyncio

import pytest

from mailcore.db.database import Database
from mailcore.db.send_rate import SendRate, oldest_bucket

ADA, BEA = "ada@example.com", "bea@example.com"
HOUR = 3600.0
NOON = 1_000_000 * 300.0


async def test_the_one_that_passes_the_limit_is_not_counted(database: Database) -> None:
    rate = SendRate(database)
    assert [await rate.take(ADA, 3, NOON) for _ in range(5)] == [True, True, True, False, False]
    assert await rate.take(BEA, 1, NOON)
    assert await rate.take(ADA, 4, NOON)
    assert not await rate.take(ADA, 4, NOON)


@pytest.mark.parametrize("minutes", [0, 1, 5, 59, 60])
async def test_within_an_hour_they_count_together(database: Database, minutes: int) -> None:
    rate = SendRate(database)
    assert await rate.take(ADA, 1, NOON + 299)
    assert not await rate.take(ADA, 1, NOON + 299 + minutes * 60)


async def test_after_an_hour_they_do_not_count(database: Database) -> None:
    rate = SendRate(database)
    assert await rate.take(ADA, 2, NOON)
    assert await rate.take(ADA, 2, NOON + HOUR / 2)
    assert not await rate.take(ADA, 2, NOON + HOUR)
    assert await rate.take(ADA, 2, NOON + HOUR + 300)
    assert not await rate.take(ADA, 2, NOON + HOUR + 300)


async def test_replicas_never_take_the_last_one_twice(database: Database) -> None:
    replicas = [SendRate(database) for _ in range(2)]
    taken = await asyncio.gather(*(replicas[n % 2].take(ADA, 10, NOON) for n in range(30)))
    assert sum(taken) == 10


def test_what_no_longer_counts_can_go() -> None:
    assert oldest_bucket(NOON) * 300 == NOON - HOUR
