"""Who holds content, and when nobody has for long enough."""

import pytest
from sqlalchemy import select

from mailcore.db import content_refs
from mailcore.db.database import Database
from mailcore.db.tables import content_ref
from mailcore.errors import ContentAway

NOW = 1_767_225_600.0
HOUR = 3600.0


async def add(database: Database, content: str, holder: str, now: float = NOW) -> None:
    async with database.transaction() as conn:
        await content_refs.add(conn, content, holder, now)


async def drop(database: Database, content: str, holder: str, now: float = NOW) -> None:
    async with database.transaction() as conn:
        await content_refs.drop(conn, content, holder, now)


async def unused(database: Database, now: float, **written: float) -> list[str]:
    async with database.transaction() as conn:
        return await content_refs.claim_unused(conn, list(written.items()), now)


async def holders(database: Database, content: str) -> set[str]:
    async with database.read() as conn:
        return set((await conn.execute(select(content_ref.c.holder).where(content_ref.c.content == content))).scalars())


async def test_holders_are_a_set(database: Database) -> None:
    await add(database, "c", "one")
    await add(database, "c", "one")
    await add(database, "c", "two")
    await drop(database, "c", "one")
    await drop(database, "c", "one")
    assert await holders(database, "c") == {"two", "released"}


async def test_dropping_what_was_never_held_leaves_no_mark(database: Database) -> None:
    await drop(database, "c", "one")
    assert await holders(database, "c") == set()


async def test_age_alone_is_no_reason(database: Database) -> None:
    await add(database, "c", "one")
    assert await unused(database, NOW + 1000 * HOUR, c=NOW) == []


async def test_what_was_never_held_is_unused_after_an_hour(database: Database) -> None:
    assert await unused(database, NOW + HOUR - 1, c=NOW) == []
    assert await unused(database, NOW + HOUR, c=NOW) == ["c"]


async def test_the_hour_begins_when_the_last_holder_goes(database: Database) -> None:
    await add(database, "c", "one")
    await add(database, "c", "two")
    await drop(database, "c", "one", NOW + 5 * HOUR)
    assert await unused(database, NOW + 9 * HOUR, c=NOW) == []
    await drop(database, "c", "two", NOW + 9 * HOUR)
    assert await unused(database, NOW + 10 * HOUR - 1, c=NOW) == []
    assert await unused(database, NOW + 10 * HOUR, c=NOW) == ["c"]
    assert await holders(database, "c") == {"removed"}


async def test_a_second_sweep_gives_again_what_a_first_one_may_not_have_removed(database: Database) -> None:
    assert await unused(database, NOW + HOUR, c=NOW) == ["c"]
    assert await unused(database, NOW + HOUR + 1, c=NOW) == ["c"]


async def test_who_comes_after_the_removal_is_refused(database: Database) -> None:
    assert await unused(database, NOW + HOUR, c=NOW) == ["c"]
    with pytest.raises(ContentAway):
        await add(database, "c", "incoming:late", NOW + HOUR)
    assert await holders(database, "c") == {"removed"}


async def test_removals_are_forgotten_after_a_week(database: Database) -> None:
    await unused(database, NOW + HOUR, c=NOW)
    async with database.transaction() as conn:
        await content_refs.forget_removed(conn, NOW + 2 * HOUR)
    assert await holders(database, "c") == {"removed"}
    async with database.transaction() as conn:
        await content_refs.forget_removed(conn, NOW + 8 * 24 * HOUR)
    assert await holders(database, "c") == set()


async def test_references_of_messages_that_never_came_to_be_are_dropped_by_their_time(database: Database) -> None:
    await add(database, "old", "incoming:1", NOW)
    await add(database, "old", "job:1", NOW)
    await add(database, "new", "incoming:2", NOW + 10)
    async with database.transaction() as conn:
        assert await content_refs.drop_incoming(conn, before=NOW + 5, now=NOW + 20) == 1
    assert await holders(database, "old") == {"job:1", "released"}
    assert await holders(database, "new") == {"incoming:2"}
