import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from mailcore.db import content_refs, partings
from mailcore.db.database import Database
from mailcore.db.jobs import NewJob
from mailcore.db.partings import Parting
from mailcore.db.tables import content_ref, delivery_job, parting

NOW, DAY = 1_767_225_600.0, 86_400.0
ONE, TWO = partings.ticket("job-1", "ken@example.org"), partings.ticket("job-2", "飛脚@example.net")


def a_job(name: str = "trash", content: str | None = None) -> NewJob:
    return NewJob(name, "local", "example.com/ada", "message", b"\x00\xff", NOW, content=content, sender="")


async def put(database: Database, *waiting: str, jobs: tuple[NewJob, ...] = (a_job(),), at: float = NOW) -> None:
    async with database.transaction() as conn:
        await partings.put(conn, Parting("p", jobs), waiting, at)


async def end(database: Database, done: str, *, is_taken: bool) -> list[str]:
    async with database.transaction() as conn:
        return [job.id for job in await partings.end(conn, "p", done, is_taken=is_taken, now=NOW + 1)]


async def column(database: Database, name: Any) -> list[Any]:
    async with database.read() as conn:
        return list((await conn.execute(select(name))).scalars())


async def test_the_last_refusal_brings_it_back(database: Database) -> None:
    await put(database, ONE, TWO)
    assert await end(database, ONE, is_taken=False) == []
    assert await end(database, ONE, is_taken=False) == []  # a repeat
    assert await end(database, TWO, is_taken=False) == ["trash"]
    assert await end(database, TWO, is_taken=False) == []
    assert await column(database, delivery_job.c.id) == ["trash"]
    assert await column(database, delivery_job.c.payload) == [b"\x00\xff"]


@pytest.mark.parametrize("first", [True, False])
async def test_one_who_takes_it_is_enough(database: Database, *, first: bool) -> None:
    await put(database, ONE, TWO)
    assert await end(database, ONE, is_taken=first) == []
    assert await end(database, TWO, is_taken=not first) == []
    assert await column(database, delivery_job.c.id) == []
    assert await column(database, parting.c.is_taken) == [True]


async def test_a_repeat_of_the_message_begins_nothing_anew(database: Database) -> None:
    await put(database, ONE)
    await put(database, ONE, TWO)
    assert await end(database, ONE, is_taken=False) == ["trash"]
    await put(database, ONE)
    assert await end(database, ONE, is_taken=False) == []


async def test_one_who_is_not_waited_for_changes_nothing(database: Database) -> None:
    assert await end(database, ONE, is_taken=False) == []
    await put(database, ONE)
    assert await end(database, TWO, is_taken=False) == []
    assert await end(database, ONE, is_taken=False) == ["trash"]


async def test_two_that_end_at_once_decide_it_once(database: Database) -> None:
    tickets = [partings.ticket(f"job-{number}", "x@example.org") for number in range(8)]
    await put(database, *tickets)
    due = await asyncio.gather(*(end(database, one, is_taken=False) for one in tickets))
    assert sum(map(len, due)) == 1


async def test_content_is_held_until_it_is_decided(database: Database) -> None:
    async def holders() -> set[str]:
        return set(await column(database, content_ref.c.holder)) - {"released"}

    await put(database, ONE, jobs=(a_job("a", "key"), a_job("b", "key")))
    assert await holders() == {"parting:p"}
    await end(database, ONE, is_taken=False)
    assert await holders() == {content_refs.job_holder("a"), content_refs.job_holder("b")}


async def test_the_old_are_forgotten_with_what_they_hold(database: Database) -> None:
    await put(database, ONE, jobs=(a_job("a", "key"),))
    async with database.transaction() as conn:
        await partings.forget_old(conn, NOW + 44 * DAY)
    assert await column(database, parting.c.id) == ["p"]
    async with database.transaction() as conn:
        await partings.forget_old(conn, NOW + 46 * DAY)
    assert await column(database, parting.c.id) == []
    assert set(await column(database, content_ref.c.holder)) == {"released"}
