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
