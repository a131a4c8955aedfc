import asyncio
from contextlib import suppress

from mailcore.db import dsn_counts
from mailcore.db.database import Database

NOW = 1_767_225_600.0


async def test_an_address_gets_so_many_in_an_hour(database: Database) -> None:
    async with database.transaction() as conn:
        given = [await dsn_counts.admit(conn, "ada@example.com", 2, NOW + n * 700) for n in range(4)]
        assert given == [True, True, False, False]
        assert await dsn_counts.admit(conn, "bea@example.com", 2, NOW)
        assert await dsn_counts.admit(conn, "ada@example.com", 0, NOW)
        assert await dsn_counts.admit(conn, "ada@example.com", 2, NOW + 4000)


async def test_old_counts_are_forgotten(database: Database) -> None:
    async with database.transaction() as conn:
        assert await dsn_counts.admit(conn, "ada@example.com", 1, NOW)
        await dsn_counts.forget_old(conn, NOW)
        assert not await dsn_counts.admit(conn, "ada@example.com", 1, NOW)
        await dsn_counts.forget_old(conn, NOW + 3600)
        assert await dsn_counts.admit(conn, "ada@example.com", 1, NOW)


async def test_two_replicas_together_give_no_more(database: Database, database_url: str) -> None:
    other = await Database.open(database_url)
    began, most = asyncio.Barrier(2), 5

    async def replica(mine: Database) -> list[bool]:
        await began.wait()
        given = []
        for _ in range(10):
            async with mine.transaction() as conn:
                is_admitted = await dsn_counts.admit(conn, "ada@example.com", most, NOW)
                # As what ends a job does: more is written before it is committed.
                await asyncio.sleep(0)
                await dsn_counts.forget_old(conn, NOW - 7200)
            given.append(is_admitted)
        return given

    try:
        first, second = await asyncio.gather(replica(database), replica(other))
    finally:
        await other.close()
    assert sum(first) + sum(second) == most
    async with database.transaction() as conn:
        # Those that were not given have left no trace.
        assert await dsn_counts.admit(conn, "ada@example.com", most + 1, NOW)


async def test_what_was_not_committed_does_not_count(database: Database) -> None:
    with suppress(RuntimeError):
        async with database.transaction() as conn:
            assert await dsn_counts.admit(conn, "ada@example.com", 1, NOW)
            raise RuntimeError
    async with database.transaction() as conn:
        assert await dsn_counts.admit(conn, "ada@example.com", 1, NOW)
