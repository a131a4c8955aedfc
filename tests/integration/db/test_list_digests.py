"""Digests of a list: begun once, for those who get them, and let go, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import RowMapping, delete, select

from mailcore.db import content_refs, list_archive, list_digests, list_past_posts, list_posts, list_readers, tables
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.db.list_archive import ListArchive, PostFilter
from mailcore.db.list_kinds import MemberKind
from mailcore.db.list_posts import NewPost, Opened
from mailcore.db.list_store import ListStore
from mailcore.db.one_transaction import OneTransaction
from mailcore.directory.domain import DomainFields
from mailcore.directory.list_digest import Digest, DigestReader, WaitingForDigest
from mailcore.directory.list_member import Delivery, ListMember, ListMemberFields, member_key
from mailcore.directory.mailing_list import MailingList, MailingListFields
from mailcore.list_jobs import DigestMaking, decode
from mailcore.passwords import Passwords

NOW = 1_767_225_600.0
ADA, BEA, KEN = "ada@example.net", "bea@example.net", "ken@example.org"


@dataclass(frozen=True)
class Birds:
    """A list, and what is done with it."""

    database: Database
    store: ListStore
    owner: MailingList

    async def member(self, address: str, delivery: Delivery) -> ListMember:
        """Add a member."""
        fields = ListMemberFields(address=address, delivery=delivery)
        return (await self.store.members(self.owner).create(fields, "test")).value

    async def set(self, address: str, delivery: Delivery) -> None:
        """Change how a member gets posts."""
        await self.store.members(self.owner).patch(address, {"delivery": delivery}, "test")

    async def post(self, number: int, *, is_open: bool = True, keep: bool = True, lend: bool = False) -> str:
        """Take a post, which is sent out at once."""
        post = NewPost(
            id=str(UUID(int=number)),
            list_id=self.owner.id,
            list=self.owner.address,
            message_id=str(UUID(int=number)),
            at=NOW + number,
            poster=ADA,
            subject=f"heron {number}",
            size=10,
            mail=b"came",
            content=f"c{number}",
        )
        async with self.database.transaction() as connection:
            await list_posts.accept(connection, post, NOW)
            stored = await list_posts.get(connection, post.id)
            if stored is not None and is_open:
                await list_posts.open_up(connection, stored, Opened(b"goes out", post.content, 10, "", 1), NOW)
                await list_posts.served(connection, stored, NOW, keep=keep, lend=lend)
        return post.id

    async def begin(self) -> Digest:
        """Begin a digest of all that waits."""
        async with self.database.transaction() as connection:
            ((list_id, had),) = await list_digests.lists_with_readers(connection)
            where = await list_digests.standing(connection, list_id, had)
            assert where is not None
            job = await list_digests.begin(connection, self.owner, where, where.waiting[-1], NOW)
            assert job is not None
            task = decode(job.payload)
            assert isinstance(task, DigestMaking)
            digest = await list_digests.get(connection, task.digest)
        assert digest is not None
        return digest

    async def readers(self) -> list[DigestReader]:
        """Give all readers."""
        async with self.database.read() as connection:
            return await list_readers.readers(connection, self.owner.id, "", None)

    async def rows(self, table: Any) -> list[RowMapping]:
        """Give what is in a table."""
        async with self.database.read() as connection:
            return list((await connection.execute(select(table))).mappings().all())


@pytest.fixture
async def birds(database: Database) -> Birds:
    """Give a list without members."""
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    passwords = Passwords()
    store = ListStore(database, passwords)
    fields = MailingListFields(address="birds@example.com", name="birds", owner="olga@example.net")
    made = (await store.lists.create(fields, "test")).value
    passwords.close()
    return Birds(database, store, made)


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


async def test_who_changes_address_goes_on_where_he_was(birds: Birds) -> None:
    await birds.member(ADA, "digest")
    await birds.post(1)
    await birds.member(KEN, "digest")
    async with birds.database.transaction() as connection:
        await list_readers.move(connection, birds.owner.id, member_key(ADA), member_key(KEN))
        await list_readers.move(connection, birds.owner.id, "example.org nobody", member_key(KEN))
    places: Callable[[DigestReader], tuple[str, int]] = lambda reader: (reader.address, reader.after)  # noqa: E731
    assert [places(reader) for reader in await birds.readers()] == [(ADA, 0), (KEN, 0)]


async def test_who_begins_with_digests_gets_what_is_being_sent_out_in_them(birds: Birds) -> None:
    await birds.member(ADA, "on")
    for number in (1, 2, 3):
        await birds.post(number, is_open=number != 2)
    await birds.set(ADA, "digest")
    assert [reader.after for reader in await birds.readers()] == [1]
    await birds.set(ADA, "on")
    assert [(reader.after, reader.until) for reader in await birds.readers()] == [(1, 3)]
