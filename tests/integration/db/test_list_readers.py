"""Who gets digests of a list, and which posts, on SQLite and on PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import update
from tests.integration.db.birds import ADA, BEA, KEN, Birds, make_birds

from mailcore.db import list_readers
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.list_kinds import MemberKind
from mailcore.db.one_transaction import OneTransaction
from mailcore.db.tables import list_sequence
from mailcore.directory.list_member import Delivery, member_key


@pytest.fixture
async def birds(database: Database) -> Birds:
    """Give a list without members."""
    return await make_birds(database)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((), (0, None)),
        (("on",), (0, 1)),
        (("on", "digest"), (0, None)),
        (("off",), None),
        (("off", "digest"), (1, None)),
        (("on", "off"), None),
    ],
)
async def test_who_changes_delivery_gets_the_posts_of_his_time_with_digests(
    birds: Birds, changes: tuple[Delivery, ...], expected: tuple[int, int | None] | None
) -> None:
    await birds.member(ADA, "digest")
    await birds.post(1)
    for delivery in changes:
        await birds.set(ADA, delivery)
    found = [(reader.after, reader.until) for reader in await birds.readers()]
    assert found == ([] if expected is None else [expected])


async def test_no_post_comes_between_the_last_of_a_digest_and_the_first_without(birds: Birds) -> None:
    """Else it would find him among those who get digests, and come after the last one that he gets so."""
    await birds.member(ADA, "digest")
    changing, changed = asyncio.Event(), asyncio.Event()

    async def leave_digests() -> None:
        async with birds.database.transaction() as connection:
            members = EntityStore(OneTransaction(connection), MemberKind(birds.owner))
            await members.patch(ADA, {"delivery": "on"}, "test")
            changing.set()
            await changed.wait()

    leaving = asyncio.create_task(leave_digests())
    await changing.wait()
    posting = asyncio.create_task(birds.post(1))
    await asyncio.sleep(0.2)
    assert not posting.done()
    changed.set()
    await asyncio.gather(leaving, posting)
    assert [(reader.after, reader.until) for reader in await birds.readers()] == [(0, 0)]


async def test_readers_are_parted_by_their_keys(birds: Birds) -> None:
    for address in (KEN, BEA, ADA):
        await birds.member(address, "digest")
    await birds.member("zoe@example.org", "on")
    async with birds.database.read() as connection:
        assert await list_readers.bounds(connection, birds.owner.id, 2) == [member_key(BEA)]
        first = await list_readers.readers(connection, birds.owner.id, "", member_key(BEA))
        second = await list_readers.readers(connection, birds.owner.id, member_key(BEA), None)
        kinds = await list_readers.kinds(connection, birds.owner.id, 5)
    assert [[one.address for one in some] for some in (first, second)] == [[ADA, BEA], [KEN]]
    assert [(one.format, one.after, one.until) for one in kinds] == [("mime", 0, None)]


async def test_who_changes_address_goes_on_where_he_was(birds: Birds) -> None:
    await birds.member(ADA, "digest")
    await birds.post(1)
    await birds.member(KEN, "digest")
    async with birds.database.transaction() as connection:
        await list_readers.move(connection, birds.owner.id, member_key(ADA), member_key(KEN))
        await list_readers.move(connection, birds.owner.id, "example.org nobody", member_key(KEN))
    assert [(reader.address, reader.after) for reader in await birds.readers()] == [(ADA, 0), (KEN, 0)]


async def test_who_begins_with_digests_gets_what_is_being_sent_out_in_them(birds: Birds) -> None:
    await birds.member(ADA, "on")
    for number in (1, 2, 3):
        await birds.post(number, is_open=number != 2)
    await birds.set(ADA, "digest")
    assert [reader.after for reader in await birds.readers()] == [1]
    await birds.set(ADA, "on")
    assert [(reader.after, reader.until) for reader in await birds.readers()] == [(1, 3)]


async def test_so_does_whoever_begins_when_numbers_have_been_raised_meanwhile(birds: Birds) -> None:
    await birds.member(ADA, "on")
    for number in (1, 2):
        await birds.post(number, is_open=number == 1)
    async with birds.database.transaction() as connection:
        await connection.execute(update(list_sequence).values(number=4_999))
    await birds.set(ADA, "digest")
    assert [reader.after for reader in await birds.readers()] == [1]
