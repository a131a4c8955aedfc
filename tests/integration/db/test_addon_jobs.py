"""Claims of jobs for addons: so many of each at once, and none waits for another's."""

import asyncio
from collections import Counter

import pytest

from mailcore.db import addon_jobs, jobs
from mailcore.db.database import Database
from mailcore.db.jobs import Job, NewJob

NOW = 1_767_225_600.0
MOST = 3
MESSAGE = "018f0000-0000-7000-8000-000000000001"


async def put(database: Database, addon: str, count: int, *, not_before: float = NOW, kind: str = "addon") -> None:
    new = [NewJob(f"{kind}-{addon}-{at}", kind, addon, MESSAGE, b"\0", not_before + at / 1000) for at in range(count)]
    async with database.transaction() as conn:
        await jobs.insert(conn, new, NOW)


async def take(
    database: Database, *, owner: str = "one", most: int = MOST, now: float = NOW + 1, limit: int = 50
) -> list[Job]:
    async with database.transaction() as conn:
        return await addon_jobs.claim(conn, most, owner=owner, now=now, lease_until=now + 60, limit=limit)


def by_addon(taken: list[Job]) -> Counter[str]:
    return Counter(job.destination for job in taken)


async def test_each_addon_has_so_many_in_hand_and_no_more(database: Database) -> None:
    await put(database, "1", 5)
    await put(database, "2", 2)
    taken = await take(database)
    assert by_addon(taken) == {"1": 3, "2": 2}
    # Those longest due.
    assert {job.id for job in taken if job.destination == "1"} == {"addon-1-0", "addon-1-1", "addon-1-2"}
    assert await take(database) == []


async def test_what_ends_makes_room_and_what_fails_does_too(database: Database) -> None:
    await put(database, "1", 5)
    first, second, _ = sorted(await take(database), key=lambda job: job.id)
    async with database.transaction() as conn:
        assert await jobs.finish(conn, first.id, first.attempt)
        assert await jobs.fail(conn, second.id, second.attempt, not_before=NOW + 100, why="busy")
    assert sorted(job.id for job in await take(database)) == ["addon-1-3", "addon-1-4"]
    assert await take(database) == []


async def test_one_that_hangs_keeps_nobody_elses_mail_waiting(database: Database) -> None:
    await put(database, "hangs", 1000, not_before=NOW - 100)
    await put(database, "works", 1)
    assert by_addon(await take(database, limit=MOST + 1)) == {"hangs": MOST, "works": 1}
    await put(database, "late", 1)
    assert by_addon(await take(database, limit=1)) == {"late": 1}


async def test_the_limit_is_that_of_each_processor(database: Database) -> None:
    await put(database, "1", 10)
    assert len(await take(database, owner="one")) == MOST
    assert len(await take(database, owner="two")) == MOST
    assert await take(database, owner="one") == []


@pytest.mark.parametrize("processors", [1, 5])
async def test_processors_that_claim_at_once_get_each_job_once(database: Database, processors: int) -> None:
    await put(database, "1", 40)
    await put(database, "2", 40)
    found = await asyncio.gather(*(take(database, owner=f"owner {number}") for number in range(processors)))
    for taken in found:
        assert max(by_addon(taken).values(), default=0) <= MOST
    everything = [job.id for taken in found for job in taken]
    assert len(everything) == len(set(everything))
    # Whoever met the jobs of another has nothing; he looks again, and then has his share.
    rest = [await take(database, owner=f"owner {number}") for number in range(processors)]
    assert [len(one) + len(more) for one, more in zip(found, rest, strict=True)] == [2 * MOST] * processors


async def test_a_lease_that_expired_is_anybodys_and_counts_no_more(database: Database) -> None:
    await put(database, "1", 4)
    await take(database, owner="killed")
    assert by_addon(await take(database, owner="two")) == {"1": 1}
    again = await take(database, owner="three", now=NOW + 70)
    assert by_addon(again) == {"1": 3}
    assert {job.attempt for job in again} == {2}


async def test_what_is_not_due_or_of_another_kind_is_left_alone(database: Database) -> None:
    await put(database, "1", 1, not_before=NOW + 100)
    await put(database, "1", 2, kind="local")
    await put(database, "1", 2, kind="outbound")
    assert await take(database) == []
    assert [job.id for job in await take(database, now=NOW + 100)] == ["addon-1-0"]


async def test_a_batch_is_no_larger_than_asked_for(database: Database) -> None:
    for addon in ("1", "2", "3"):
        await put(database, addon, 5)
    assert len(await take(database, limit=4)) == 4
    assert len(await take(database)) == 3 * MOST - 4
