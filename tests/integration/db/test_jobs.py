"""Delivery jobs in the database: claimed by one, renewed, ended by whoever still has the lease."""

import asyncio
from collections import Counter
from uuid import UUID

from mailcore.db import jobs
from mailcore.db.database import Database
from mailcore.db.jobs import Job, NewJob
from mailcore.list_jobs import KIND as LIST
from mailcore.list_jobs import Range, opening_job, range_jobs

NOW = 1_767_225_600.0


def a_job(job_id: str, *, kind: str = "local", not_before: float = NOW) -> NewJob:
    return NewJob(job_id, kind, "example.com/ada", "018f0000-0000-7000-8000-000000000001", b"\0payload", not_before)


async def put(database: Database, *new: NewJob) -> None:
    async with database.transaction() as conn:
        await jobs.insert(conn, new, NOW)


async def take(
    database: Database, *, owner: str = "one", now: float = NOW, limit: int = 10, kinds: tuple[str, ...] = ("local",)
) -> list[Job]:
    async with database.transaction() as conn:
        return await jobs.claim(conn, kinds=kinds, owner=owner, now=now, lease_until=now + 60, limit=limit)


async def test_a_job_is_inserted_once(database: Database) -> None:
    await put(database, a_job("a"))
    await put(database, a_job("a", not_before=NOW + 5), a_job("b"))
    await put(database)
    assert sorted(job.id for job in await take(database)) == ["a", "b"]


async def test_a_claimed_job_says_everything(database: Database) -> None:
    await put(database, a_job("a"))
    (job,) = await take(database)
    assert job == Job(
        "a", "local", "example.com/ada", 1, "018f0000-0000-7000-8000-000000000001", b"\0payload", None, NOW
    )


async def test_only_what_is_due_and_known_is_claimed(database: Database) -> None:
    await put(database, a_job("later", not_before=NOW + 1), a_job("other", kind="outbound"), a_job("due"))
    assert [job.id for job in await take(database)] == ["due"]
    assert await take(database, kinds=()) == []
    async with database.read() as conn:
        assert await jobs.kinds_due(conn, NOW) == {"outbound": 1}
        assert await jobs.kinds_due(conn, NOW + 61) == {"outbound": 1, "local": 2}


async def test_the_longest_due_come_first(database: Database) -> None:
    await put(database, *(a_job(str(late), not_before=NOW - late) for late in range(5)))
    assert sorted(job.id for job in await take(database, limit=2)) == ["3", "4"]


async def test_what_waits_for_other_servers_is_claimed_by_nobody_here(database: Database) -> None:
    await put(database, a_job("out", kind="outbound"))
    assert await take(database, kinds=("outbound", "local")) == []


async def test_ranges_of_a_large_list_let_what_comes_later_go_first(database: Database) -> None:
    post, other = UUID(int=1), UUID(int=2)
    ends = [f"example.org {n:02}" for n in range(1, 8)]
    ranges = [Range(str(post), *keys) for keys in zip(("", *ends), (*ends, None), strict=True)]
    large = range_jobs(ranges, "large@example.com", str(post), NOW)
    small = opening_job(str(other), "small@example.com", str(other), NOW + 2.5)
    await put(database, *reversed(large), small)
    turns = []
    while taken := await _take_in_turn(database, NOW + 60):
        turns += taken
    assert turns == [*(job.id for job in large[:3]), small.id, *(job.id for job in large[3:])]


async def _take_in_turn(database: Database, now: float) -> list[str]:
    async with database.transaction() as conn:
        taken = await jobs.claim_in_turn(conn, kinds=[LIST], owner="one", now=now, lease_until=now + 60, limit=1)
    return [job.id for job in taken]


async def test_ten_workers_claim_a_thousand_jobs_each_once(database: Database) -> None:
    await put(database, *(a_job(str(number)) for number in range(1000)))
    taken: Counter[str] = Counter()

    async def work(owner: str) -> None:
        while some := await take(database, owner=owner, limit=17):
            taken.update(job.id for job in some)

    await asyncio.gather(*(work(f"worker {number}") for number in range(10)))
    assert len(taken) == 1000
    assert set(taken.values()) == {1}


async def test_an_expired_lease_is_anybodys(database: Database) -> None:
    await put(database, a_job("a"))
    await take(database, owner="one")
    assert await take(database, owner="two", now=NOW + 59) == []
    (job,) = await take(database, owner="two", now=NOW + 61)
    assert job.attempt == 2
    async with database.transaction() as conn:
        assert not await jobs.finish(conn, "a", 1)
        assert not await jobs.fail(conn, "a", 1, not_before=NOW, why="late")
        assert not await jobs.hold(conn, "a", 1, why="late")
        assert await jobs.finish(conn, "a", 2)
        assert not await jobs.finish(conn, "a", 2)


async def test_a_renewed_lease_lasts_and_a_lost_one_is_not_renewed(database: Database) -> None:
    await put(database, a_job("a"), a_job("b"))
    await take(database, owner="one")
    async with database.transaction() as conn:
        assert await jobs.renew(conn, ["a"], owner="one", lease_until=NOW + 120) == {"a"}
    assert [job.id for job in await take(database, owner="two", now=NOW + 61)] == ["b"]
    async with database.transaction() as conn:
        assert await jobs.renew(conn, ["a", "b"], owner="one", lease_until=NOW + 240) == {"a"}


async def test_a_failed_job_waits_and_is_tried_again(database: Database) -> None:
    await put(database, a_job("a"))
    await take(database)
    async with database.transaction() as conn:
        assert await jobs.fail(conn, "a", 1, not_before=NOW + 10, why="no\0 room")
    assert await take(database, now=NOW + 9) == []
    assert [job.attempt for job in await take(database, now=NOW + 10)] == [2]


async def test_a_held_job_waits_for_an_operator(database: Database) -> None:
    await put(database, a_job("a"))
    await take(database)
    async with database.transaction() as conn:
        assert await jobs.hold(conn, "a", 1, why="cannot be read")
    assert await take(database, now=NOW + 10_000) == []
