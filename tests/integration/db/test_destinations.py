"""Servers that several domains share: after a rest one tries, and the others learn from him."""

import asyncio

from mailcore.db import destinations
from mailcore.db.database import Database
from mailcore.db.destinations import SHARED, Destination
from mailcore.db.outbound_jobs import LONGEST_REST

NOW = 1_767_225_600.0
SERVER = f"{SHARED}192.0.2.5:587"


async def known(database: Database, name: str = SERVER) -> Destination:
    async with database.read() as conn:
        return await destinations.read(conn, name)


async def fail(database: Database, now: float, name: str = SERVER) -> None:
    async with database.transaction() as conn:
        await destinations.failed(conn, name, "away", first_rest=60, now=now)


async def probe(database: Database, now: float, found: Destination | None = None) -> bool:
    found = found or await known(database)
    async with database.transaction() as conn:
        return await destinations.probe(conn, SERVER, found, first_rest=60, now=now)


async def test_one_of_many_finds_out_whether_it_can_be_used_again(database: Database) -> None:
    assert not await probe(database, NOW)
    await fail(database, NOW)
    assert not await probe(database, NOW + 59)
    found = await known(database)
    assert sum(await asyncio.gather(*(probe(database, NOW + 61, found) for _ in range(10)))) == 1
    # As if it had failed, until he says otherwise; and when he says so, it was that failure.
    assert await known(database) == Destination(NOW + 61 + 120, 2, 1, "away")
    await fail(database, NOW + 62)
    assert await known(database) == Destination(NOW + 61 + 120, 2, 1, "away")


async def test_rests_grow_up_to_a_limit_and_end_with_a_success(database: Database) -> None:
    await fail(database, NOW)
    now, rests = NOW, []
    for _ in range(6):
        now = (await known(database)).not_before
        assert await probe(database, now)
        rests.append((await known(database)).not_before - now)
    assert rests == [120, 240, 480, 960, LONGEST_REST, LONGEST_REST]
    async with database.transaction() as conn:
        await destinations.revive(conn, SERVER)
    assert (await known(database)).failures == 0
    assert not await probe(database, now + LONGEST_REST)


async def test_whoever_wants_mail_to_go_now_waits_for_no_rest(database: Database) -> None:
    for name in ("example.org", "example.net", SERVER):
        await fail(database, NOW, name)
    async with database.transaction() as conn:
        await destinations.wake(conn, ())
    assert (await known(database)).not_before == NOW + 60
    async with database.transaction() as conn:
        await destinations.wake(conn, {"example.org"})
    assert [(await known(database, name)).not_before for name in ("example.org", "example.net", SERVER)] == [
        0,
        NOW + 60,
        0,
    ]
    assert await known(database) == Destination()
