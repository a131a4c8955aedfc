"""A post that waits is kept once, and does not wait again once somebody has decided, on SQLite and on PostgreSQL."""

from typing import Literal
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from mailcore.db import finished_jobs, jobs, list_held, list_moderation, list_posts, tables
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.jobs import NewJob
from mailcore.db.kinds import DomainKind
from mailcore.db.list_held import HeldPost
from mailcore.db.list_kinds import ListKind
from mailcore.db.list_posts import NewPost
from mailcore.directory.domain import DomainFields
from mailcore.directory.mailing_list import MailingList, MailingListFields
from mailcore.passwords import Passwords

NOW = 1_767_225_600.0
LIST = "birds@example.com"
KEN = "ken@example.org"


@pytest.fixture
async def owner(database: Database) -> MailingList:
    """Give a list."""
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    passwords = Passwords()
    fields = MailingListFields(address=LIST, name="birds", owner="olga@example.net")
    made = await EntityStore(database, ListKind(passwords)).create(fields, "test")
    passwords.close()
    return made.value


def a_held_post(owner: MailingList, number: int = 1, **fields: object) -> HeldPost:
    """Give a post that is to wait."""
    post = HeldPost(
        id=str(UUID(int=number)),
        list_id=owner.id,
        message_id=str(UUID(int=1000 + number)),
        at=NOW + number,
        reason="every post is looked at first",
        sender=KEN,
        poster=KEN,
        subject=f"herons {number}",
        size=100,
        mail=b"mail",
        content="content",
    )
    return msgspec.structs.replace(post, **fields)


async def put(database: Database, post: HeldPost) -> NewJob | None:
    """Have it wait, as the processor does; give the job that was made for that."""
    async with database.transaction() as connection:
        job = await list_held.put(connection, post, LIST, (KEN,), NOW)
        if job is not None:
            await jobs.insert(connection, [job], NOW)
        return job


async def end(database: Database, job: NewJob) -> None:
    """Have the moderators told."""
    async with database.transaction() as connection:
        (leased,) = await jobs.claim(connection, kinds=[job.kind], owner="test", now=NOW, lease_until=NOW + 60, limit=1)
        await jobs.finish(connection, leased.id, leased.attempt)
        await finished_jobs.put(connection, leased.id, NOW)


async def waiting(database: Database, owner: MailingList) -> tuple[int, list[str]]:
    """Give how many wait, and the subjects of the last two."""
    async with database.read() as connection:
        total, posts = await list_moderation.latest(connection, owner.id, 2)
        return total, [one.subject for one in posts]


async def holders(database: Database) -> list[str]:
    """Give who holds the content."""
    ref = tables.content_ref.c
    async with database.read() as connection:
        return sorted((await connection.execute(select(ref.holder).where(ref.content == "content"))).scalars())


async def test_the_last_ones_are_given_newest_first(database: Database, owner: MailingList) -> None:
    assert await waiting(database, owner) == (0, [])
    for number in (1, 2, 3):
        assert await put(database, a_held_post(owner, number)) is not None
    assert await waiting(database, owner) == (3, ["herons 3", "herons 2"])


async def test_one_that_comes_again_waits_once(database: Database, owner: MailingList) -> None:
    assert await put(database, a_held_post(owner)) is not None
    assert await put(database, a_held_post(owner)) is None
    assert await waiting(database, owner) == (1, ["herons 1"])


@pytest.mark.parametrize("is_told", [False, True])
@pytest.mark.parametrize("verdict", ["approve", "discard"])
async def test_one_that_comes_again_after_a_verdict_does_not_wait_again(
    database: Database, owner: MailingList, verdict: Literal["approve", "discard"], is_told: bool
) -> None:
    job = await put(database, a_held_post(owner))
    assert job is not None
    if is_told:
        await end(database, job)
    async with database.transaction() as connection:
        held_id = a_held_post(owner).id
        assert await list_moderation.decide(connection, owner, held_id, verdict, author="test", now=NOW) is not None
    before = await holders(database)
    assert await put(database, a_held_post(owner)) is None
    assert await waiting(database, owner) == (0, [])
    assert await holders(database) == before
    async with database.read() as connection:
        posts = (await connection.execute(select(tables.list_post.c.number))).scalars().all()
    assert posts == ([1] if verdict == "approve" else [])


async def test_one_that_was_sent_out_meanwhile_does_not_wait(database: Database, owner: MailingList) -> None:
    post = a_held_post(owner)
    fields = msgspec.structs.asdict(post)
    kept = {name: fields[name] for name in ("id", "list_id", "message_id", "at", "poster", "subject", "size", "mail")}
    async with database.transaction() as connection:
        await list_posts.accept(connection, NewPost(**kept, list=LIST), NOW)
    assert await put(database, post) is None


async def test_who_decides_for_one_list_decides_nothing_for_another(database: Database, owner: MailingList) -> None:
    assert await put(database, a_held_post(owner)) is not None
    other = owner.model_copy(update={"id": owner.id + 1, "address": "fish@example.com"})
    async with database.transaction() as connection:
        verdict = await list_moderation.decide(
            connection, other, a_held_post(owner).id, "discard", author="test", now=NOW
        )
    assert verdict is None
    assert await waiting(database, owner) == (1, ["herons 1"])
