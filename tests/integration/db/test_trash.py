"""What lies in the server's trash: listed, emptied, removed."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from mailcore.db import content_refs, trash
from mailcore.db.database import Database
from mailcore.db.tables import content_ref
from mailcore.db.trash import TrashEntry


def entry(name: str, at: float = 100.0, content: str | None = None) -> TrashEntry:
    return TrashEntry(
        id=name,
        message_id=f"message {name}",
        at=at,
        reason="the client is banned",
        client_ip="192.0.2.1",
        sender="bob@example.net",
        recipients=("ada@example.com", "飛脚@example.com"),
        size=5,
        content=content,
        body=b"\x00\xff",
    )


async def put(database: Database, *entries: TrashEntry) -> None:
    async with database.transaction() as connection:
        for one in entries:
            await trash.put(connection, one)


async def ids(database: Database, before: tuple[float, str] | None = None, limit: int = 10) -> list[str]:
    async with database.read() as connection:
        return [one.id for one in await trash.page(connection, before=before, limit=limit)]


async def test_the_newest_first_page_by_page(database: Database) -> None:
    await put(database, entry("a", 1.0), entry("b", 2.5), entry("c", 2.5), entry("d", 0.5))
    assert await ids(database) == ["c", "b", "a", "d"]
    assert await ids(database, limit=2) == ["c", "b"]
    assert await ids(database, before=(2.5, "b")) == ["a", "d"]


async def test_what_was_put_is_read_back_and_a_repeat_changes_nothing(database: Database) -> None:
    await put(database, entry("a"), replace(entry("a"), sender="eve@example.net"))
    async with database.read() as connection:
        assert await trash.get(connection, "a") == entry("a")
        assert await trash.get(connection, "b") is None
        (listed,) = await trash.page(connection, before=None, limit=10)
    assert listed == replace(entry("a"), body=b"")


@pytest.mark.parametrize(("which", "left"), [("a", ["b"]), ("x", ["b", "a"]), (None, [])])
async def test_what_is_emptied_is_seen_no_more(database: Database, which: str | None, left: list[str]) -> None:
    await put(database, entry("a"), entry("b"))
    async with database.transaction() as connection:
        assert await trash.empty(connection, which, 200.0) == 2 - len(left)
    assert await ids(database) == left
    async with database.read() as connection:
        gone = {one.id for one in await trash.emptied(connection, older_than=0.0, limit=10)}
        assert gone == {"a", "b"} - set(left)
        assert [await trash.get(connection, name) for name in gone] == [None] * len(gone)


async def test_what_lay_there_long_enough_is_to_be_removed(database: Database) -> None:
    await put(database, entry("old", 10.0), entry("new", 20.0))
    async with database.read() as connection:
        assert [one.id for one in await trash.emptied(connection, older_than=20.0, limit=10)] == ["old"]


async def test_content_is_held_until_the_entry_goes(database: Database) -> None:
    await put(database, entry("a", content="key"))
    assert await holders(database) == {content_refs.trash_holder("a")}
    async with database.transaction() as connection:
        await trash.remove(connection, entry("a", content="key"), 300.0)
    assert content_refs.trash_holder("a") not in await holders(database)
    assert await ids(database) == []


async def holders(database: Database) -> set[str]:
    async with database.read() as connection:
        return set((await connection.execute(select(content_ref.c.holder))).scalars())
