"""Digests of a list: begun once, for those who get them, and let go, on SQLite and on PostgreSQL."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import delete, select
from tests.integration.db.birds import ADA, NOW, Birds, make_birds

from mailcore.db import content_refs, list_archive, list_digests, list_past_posts, list_readers, tables
from mailcore.db.database import Database
from mailcore.db.list_archive import ListArchive, PostFilter
from mailcore.directory.list_digest import WaitingForDigest
from mailcore.directory.list_member import Delivery


@pytest.fixture
async def birds(database: Database) -> Birds:
    """Give a list without members."""
    return await make_birds(database)


async def test_a_list_without_readers_is_not_looked_at(birds: Birds) -> None:
    await birds.member(ADA, "on")
    await birds.post(1)
    async with birds.database.read() as connection:
        assert await list_digests.lists_with_readers(connection) == []
        assert not await list_readers.are_there(connection, birds.owner.id)


async def test_of_two_who_begin_an_issue_at_once_one_does(birds: Birds) -> None:
    await birds.member(ADA, "digest")
    await birds.post(1)
    await birds.post(2)
    async with birds.database.read() as connection:
        where = await list_digests.standing(connection, birds.owner.id, 0)
    assert where is not None
    assert (where.issue, where.at, where.after) == (0, None, 0)
    assert where.waiting == [
        WaitingForDigest(str(UUID(int=number)), number, NOW + number, 10, "expanded", NOW) for number in (1, 2)
    ]

    async def begin() -> Any:
        async with birds.database.transaction() as connection:
            return await list_digests.begin(connection, birds.owner, where, where.waiting[-1], NOW)

    jobs = await asyncio.gather(*(begin() for _ in range(4)))
    assert sum(job is not None for job in jobs) == 1
    (row,) = await birds.rows(tables.list_digest)
    assert (row["issue"], row["first"], row["last"], row["variants"]) == (1, 1, 2, None)
    assert len([one for one in await birds.rows(tables.delivery_job) if b"digest" in bytes(one["payload"])]) == 1
    async with birds.database.read() as connection:
        after = await list_digests.standing(connection, birds.owner.id, 0)
    assert after is not None
    assert (after.issue, after.at, after.after, after.waiting) == (1, NOW, 2, [])


async def test_an_issue_begins_with_what_its_readers_have_not_had(birds: Birds) -> None:
    await birds.member(ADA, "on")
    await birds.post(1)
    await birds.set(ADA, "digest")
    await birds.post(2)
    await birds.post(3, is_open=False)
    digest = await birds.begin()
    assert (digest.first, digest.last) == (2, 3)
    async with birds.database.read() as connection:
        # Whoever begins one stops before what is not open; whoever makes one does without it.
        assert [post.number for post in await list_digests.posts_of(connection, digest)] == [2]


async def test_the_last_range_lets_all_go(birds: Birds) -> None:
    await birds.member(ADA, "digest")
    await birds.post(1)
    digest = await birds.begin()
    await birds.set(ADA, "on")
    digest = msgspec.structs.replace(digest, variants=b"made", ranges=2)
    async with birds.database.transaction() as connection:
        await list_digests.made(connection, digest, ["d1"], NOW)
        await list_digests.served(connection, digest, ["d1"], NOW)
        assert await list_digests.get(connection, digest.id) == msgspec.structs.replace(digest, ranges=1)
    assert [reader.until for reader in await birds.readers()] == [1]
    async with birds.database.transaction() as connection:
        await list_digests.served(connection, digest, ["d1"], NOW)
        assert await list_digests.get(connection, digest.id) is None
    assert await birds.readers() == []
    assert {row["holder"] for row in await birds.rows(tables.content_ref) if row["content"] == "d1"} == {"released"}


async def test_a_list_that_goes_lets_its_digests_go(birds: Birds) -> None:
    await birds.member(ADA, "digest")
    await birds.post(1)
    digest = await birds.begin()
    async with birds.database.transaction() as connection:
        await list_digests.made(connection, msgspec.structs.replace(digest, variants=b"", ranges=1), ["d1"], NOW)
        assert content_refs.digest_holder(digest.id) in {
            row.holder for row in await connection.execute(select(tables.content_ref.c.holder))
        }
    await birds.store.lists.delete(birds.owner.address, "test")
    assert await birds.rows(tables.list_digest) == []
    assert {row["holder"] for row in await birds.rows(tables.content_ref)} == {"released"}


async def test_what_is_kept_for_a_digest_alone_is_let_go_after_it(birds: Birds) -> None:
    await birds.member(ADA, "digest")
    await birds.post(1, keep=False, lend=True)
    await birds.post(2)
    async with birds.database.transaction() as connection:
        assert await list_digests.give_back(connection, NOW, 9) == 0
        # It is in no archive meanwhile.
        assert [post.number for post in await list_past_posts.last(connection, birds.owner.id, (0, 9), 9)] == [2]
    assert [post.number for post in (await archived(birds)).items] == [2]
    digest = await birds.begin()
    assert (digest.first, digest.last) == (1, 2)
    async with birds.database.transaction() as connection:
        # Not before it is made.
        assert await list_digests.give_back(connection, NOW, 9) == 0
        assert len(await list_digests.posts_of(connection, digest)) == 2
        await list_digests.made(connection, msgspec.structs.replace(digest, variants=b"", ranges=1), [], NOW)
        assert await list_digests.give_back(connection, NOW, 9) == 1
        assert await list_digests.give_back(connection, NOW, 9) == 0
    first, second = sorted(await birds.rows(tables.list_post), key=lambda row: row["number"])
    assert (first["state"], first["mail"], first["content"]) == ("expanded", None, None)
    assert second["mail"] is not None
    assert {row["holder"] for row in await birds.rows(tables.content_ref) if row["content"] == "c1"} == {"released"}


async def test_it_is_let_go_too_when_nobody_gets_digests_any_more(birds: Birds) -> None:
    await birds.member(ADA, "digest")
    await birds.post(1, keep=False, lend=True)
    await birds.set(ADA, "off")
    async with birds.database.transaction() as connection:
        assert await list_digests.give_back(connection, NOW, 9) == 1


async def archived(birds: Birds) -> Any:
    return await ListArchive(birds.database, birds.owner).search(PostFilter(), None, 9)


@pytest.mark.parametrize("delivery", ["digest", "on"])
async def test_an_archive_forgets_nothing_that_waits_for_a_digest(birds: Birds, delivery: Delivery) -> None:
    await birds.store.lists.patch(birds.owner.address, {"archive_days": 1}, "test")
    await birds.member(ADA, delivery)
    await birds.post(1)
    late = NOW + 9 * 86_400
    async with birds.database.transaction() as connection:
        assert await list_archive.forget_old(connection, late, 9) == (0 if delivery == "digest" else 1)
    if delivery == "digest":
        digest = await birds.begin()
        async with birds.database.transaction() as connection:
            # What has been begun is still to be read from it.
            assert await list_archive.forget_old(connection, late, 9) == 0
            assert len(await list_digests.posts_of(connection, digest)) == 1
            await list_digests.made(connection, msgspec.structs.replace(digest, variants=b"", ranges=1), [], NOW)
            assert await list_archive.forget_old(connection, late, 9) == 1


async def test_a_digest_that_is_still_to_be_made_keeps_its_own_posts_alone(birds: Birds) -> None:
    await birds.store.lists.patch(birds.owner.address, {"archive_days": 1}, "test")
    await birds.member(ADA, "digest")
    await birds.post(1)
    await birds.begin()
    await birds.set(ADA, "off")
    await birds.post(2)
    await birds.post(3, keep=False, lend=True)
    async with birds.database.transaction() as connection:
        assert await list_archive.forget_old(connection, NOW + 9 * 86_400, 9) == 1
        assert await list_digests.give_back(connection, NOW, 9) == 1
    kept = [row["number"] for row in await birds.rows(tables.list_post) if row["mail"] is not None]
    assert kept == [1]


async def test_a_digest_that_went_with_its_list_holds_nothing(birds: Birds) -> None:
    await birds.member(ADA, "digest")
    await birds.post(1)
    digest = msgspec.structs.replace(await birds.begin(), variants=b"", ranges=1)
    await birds.store.lists.delete(birds.owner.address, "test")
    async with birds.database.transaction() as connection:
        await list_digests.made(connection, digest, ["d1"], NOW)
        await list_digests.served(connection, digest, ["d1"], NOW)
    assert {row["holder"] for row in await birds.rows(tables.content_ref)} == {"released"}


@pytest.mark.parametrize("is_made", [False, True])
async def test_a_digest_whose_job_was_removed_is_forgotten_and_no_other(birds: Birds, is_made: bool) -> None:
    await birds.member(ADA, "digest")
    await birds.post(1)
    first = await birds.begin()
    await birds.post(2)
    second = await birds.begin()
    async with birds.database.transaction() as connection:
        for digest in (first, second) if is_made else ():
            made = msgspec.structs.replace(digest, variants=b"", ranges=1)
            await list_digests.made(connection, made, [f"d{digest.issue}"], NOW)
        assert await list_digests.forget_abandoned(connection, NOW) == 0
        job = tables.delivery_job
        await connection.execute(delete(job).where(job.c.message_id == first.id))
        assert await list_digests.forget_abandoned(connection, NOW) == 1
        assert await list_digests.forget_abandoned(connection, NOW) == 0
    assert [row["id"] for row in await birds.rows(tables.list_digest)] == [second.id]
    holders = {row["content"]: row["holder"] for row in await birds.rows(tables.content_ref) if row["content"] < "e"}
    if is_made:
        assert (holders["d1"], holders["d2"]) == ("released", content_refs.digest_holder(second.id))
