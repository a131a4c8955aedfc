"""Claims of jobs towards other servers: limits over all replicas, slow start, destinations that rest."""

import asyncio
from collections import Counter

from mailcore.db import destinations, finished_jobs, jobs, outbound_jobs
from mailcore.db.database import Database
from mailcore.db.destinations import Destination
from mailcore.db.jobs import Job, NewJob
from mailcore.db.outbound_jobs import LONGEST_REST, OVERDUE_SECONDS, Pace

NOW = 1_767_225_600.0
PACE = Pace(most=10, most_per_destination=4, first=2)
MESSAGE = "018f0000-0000-7000-8000-000000000001"


async def put(
    database: Database, destination: str, count: int, *, not_before: float = NOW, kind: str = "outbound"
) -> None:
    new = [NewJob(f"{destination}-{at}", kind, destination, MESSAGE, b"\0", not_before) for at in range(count)]
    async with database.transaction() as conn:
        await jobs.insert(conn, new, NOW)


async def take(database: Database, *, pace: Pace = PACE, now: float = NOW, limit: int = 50) -> list[Job]:
    async with database.transaction() as conn:
        return await outbound_jobs.claim(conn, pace, owner="one", now=now, lease_until=now + 60, limit=limit)


async def known(database: Database, name: str) -> Destination:
    async with database.read() as conn:
        return await destinations.read(conn, name)


async def test_a_new_destination_begins_slowly_and_gets_faster(database: Database) -> None:
    await put(database, "example.org", 9)
    taken = await take(database)
    assert {job.id for job in taken} == {"example.org-0", "example.org-1"}
    assert await take(database) == []
    async with database.transaction() as conn:
        for job in taken:
            assert await jobs.finish(conn, job.id, job.attempt)
            await destinations.succeeded(conn, "example.org", PACE, NOW)
    assert len(await take(database)) == 4
    async with database.transaction() as conn:
        await destinations.succeeded(conn, "example.org", PACE, NOW)
    assert (await known(database, "example.org")).slots == PACE.most_per_destination
    assert await take(database) == []


async def test_limits_hold_over_all_replicas(database: Database) -> None:
    for name in "abcdefgh":
        await put(database, f"{name}.test", 5)
    taken = await asyncio.gather(*(take(database, limit=3) for _ in range(10)))
    found = [job for some in taken for job in some]
    assert len(found) == len({job.id for job in found}) == PACE.most
    assert max(Counter(job.destination for job in found).values()) <= PACE.first


async def test_other_kinds_are_left_alone(database: Database) -> None:
    await put(database, "ada@example.com", 1, kind="local")
    assert await take(database) == []


async def test_an_expired_lease_counts_no_more(database: Database) -> None:
    await put(database, "example.org", 2)
    await take(database)
    assert [job.attempt for job in await take(database, now=NOW + 61)] == [2, 2]


async def test_a_destination_that_fails_rests_longer_each_time(database: Database) -> None:
    rests = []
    now = NOW
    for _ in range(8):
        async with database.transaction() as conn:
            await destinations.failed(conn, "example.org", "nobody there", first_rest=60, now=now)
            # What began at the same time fails at the same time, and is no second failure.
            await destinations.failed(conn, "example.org", "nobody there", first_rest=60, now=now + 1)
        found = await known(database, "example.org")
        rests.append(found.not_before - now)
        now = found.not_before + 1
    assert rests == [60, 120, 240, 480, 960, 1800, LONGEST_REST, LONGEST_REST]
    assert (found.failures, found.slots, found.last_error) == (8, 1, "nobody there")
    await put(database, "example.org", 3, not_before=now - 2)
    await put(database, "example.net", 1, not_before=now - 2)
    assert [job.destination for job in await take(database, now=now - 2)] == ["example.net"]
    assert [job.id for job in await take(database, now=now)] == ["example.org-0"]
    async with database.transaction() as conn:
        await destinations.succeeded(conn, "example.org", PACE, now)
    assert await known(database, "example.org") == Destination(0.0, 0, 2, "")


async def test_a_job_that_waits_too_long_behind_a_resting_destination_is_judged(database: Database) -> None:
    await put(database, "example.org", 1, not_before=NOW - OVERDUE_SECONDS)
    await put(database, "example.net", 1, not_before=NOW - OVERDUE_SECONDS + 1)
    async with database.transaction() as conn:
        for name in ("example.org", "example.net"):
            await destinations.failed(conn, name, "x", first_rest=60, now=NOW)
    assert [job.destination for job in await take(database)] == ["example.org"]


async def test_results_are_saved_while_the_lease_lasts(database: Database) -> None:
    await put(database, "example.org", 1)
    (job,) = await take(database)
    async with database.transaction() as conn:
        assert await outbound_jobs.save(conn, job, b"half", ["bea@example.org"])
        assert await jobs.fail(conn, job.id, job.attempt, not_before=NOW, why="x")
        assert not await outbound_jobs.save(conn, job, b"late", [])
    assert [again.payload for again in await take(database)] == [b"half"]


async def test_what_is_old_is_forgotten(database: Database) -> None:
    async with database.transaction() as conn:
        await destinations.failed(conn, "example.org", "x", first_rest=60, now=NOW)
        await finished_jobs.put(conn, "a", NOW)
        await finished_jobs.put(conn, "a", NOW)
        assert await finished_jobs.among(conn, {"a", "b"}) == {"a"}
        assert await finished_jobs.among(conn, ()) == set()
        await destinations.forget_old(conn, NOW + 86_000)
        await finished_jobs.forget_old(conn, NOW + 86_000)
        assert (await destinations.read(conn, "example.org")).failures == 1
        await destinations.forget_old(conn, NOW + 87_000)
        await finished_jobs.forget_old(conn, NOW + 8 * 86_400)
        assert await destinations.read(conn, "example.org") == Destination()
        assert await finished_jobs.among(conn, {"a"}) == set()


async def test_who_is_patient_lets_others_of_its_destination_go_first_but_not_for_ever(database: Database) -> None:
    patient = [
        NewJob(f"patient-{at}", "outbound", "example.org", MESSAGE, b"\0", NOW, patience=600.0) for at in range(3)
    ]
    async with database.transaction() as conn:
        await jobs.insert(conn, patient, NOW)
    await put(database, "example.org", 1, not_before=NOW + 300)
    first = await take(database, now=NOW + 300, limit=1)
    assert [job.id for job in first] == ["example.org-0"]
    async with database.transaction() as conn:
        assert await jobs.finish(conn, first[0].id, first[0].attempt)
        await jobs.insert(conn, [NewJob("late", "outbound", "example.org", MESSAGE, b"\0", NOW + 601)], NOW)
    second = await take(database, now=NOW + 601, limit=1)
    assert [job.id for job in second] == ["patient-0"]
