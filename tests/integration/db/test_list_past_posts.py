"""What members see of posts that are kept, and how they get them again, on SQLite and on PostgreSQL."""

from secrets import token_bytes
from uuid import UUID

import pytest
from sqlalchemy import select

from mailcore.db import list_past_posts, list_posts, list_tokens, tables
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.db.list_clerk import MOST_SENT_AGAIN, ListClerk, Occasion
from mailcore.db.list_kinds import ListKind
from mailcore.db.list_posts import NewPost, Opened
from mailcore.directory.domain import DomainFields
from mailcore.directory.known_list import KnownList
from mailcore.directory.mailing_list import MailingListFields
from mailcore.list_deeds import Result, SendAgain
from mailcore.list_jobs import Again, decode
from mailcore.list_tokens import ListTokens
from mailcore.passwords import Passwords

NOW = 1_767_225_600.0
ADA = "ada@example.net"


@pytest.fixture
async def known(database: Database) -> KnownList:
    """Give a list with the posts 1 to 4, of which 4 is not opened yet."""
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    passwords = Passwords()
    fields = MailingListFields(address="birds@example.com", name="birds", owner="olga@example.net")
    made = (await EntityStore(database, ListKind(passwords)).create(fields, "test")).value
    passwords.close()
    async with database.transaction() as connection:
        for number in range(1, 5):
            post = NewPost(
                id=str(UUID(int=number)),
                list_id=made.id,
                list=made.address,
                message_id=str(UUID(int=number)),
                at=NOW + number,
                poster=ADA,
                subject=f"heron {number}",
                size=10,
                mail=b"came",
            )
            await list_posts.accept(connection, post, NOW)
            stored = await list_posts.get(connection, post.id)
            if stored is not None and number < 4:
                await list_posts.open_up(connection, stored, Opened(b"goes out", None, 10, "", 1), NOW)
    return KnownList(made, "control")


async def test_the_last_posts_that_are_kept_are_shown_oldest_first(database: Database, known: KnownList) -> None:
    async with database.read() as connection:
        found = await list_past_posts.last(connection, known.list.id, (0, 2**63 - 1), 2)
        assert [(post.number, post.subject, post.at) for post in found] == [
            (2, "heron 2", NOW + 2),
            (3, "heron 3", NOW + 3),
        ]
        assert [post.number for post in await list_past_posts.last(connection, known.list.id, (1, 2), 9)] == [1, 2]
        assert await list_past_posts.last(connection, known.list.id + 1, (0, 9), 9) == []


async def test_posts_are_sent_again_by_a_job_for_each_that_is_kept(database: Database, known: KnownList) -> None:
    assert await sent_again(database, known, 3, 1, 4, 9) == "done"
    assert await sent_again(database, known, 1) == "done"
    assert await sent_again(database, known, 4) == "unfit"
    async with database.read() as connection:
        payloads = (await connection.execute(select(tables.delivery_job.c.payload))).scalars().all()
    tasks = [task for task in map(decode, payloads) if isinstance(task, Again)]
    assert sorted((task.post, task.to) for task in tasks) == [(str(UUID(int=number)), ADA) for number in (1, 3)]


async def test_there_is_an_end_to_how_often_on_a_day(database: Database, known: KnownList) -> None:
    for _ in range(MOST_SENT_AGAIN):
        assert await sent_again(database, known, 1) == "done"
    assert await sent_again(database, known, 1) == "limited"
    async with database.read() as connection:
        assert await list_tokens.counted(connection, "posts example.net ada", NOW) == MOST_SENT_AGAIN
        assert await list_tokens.counted(connection, "posts example.net ada", NOW + list_tokens.DAY) == 0


async def sent_again(database: Database, known: KnownList, *numbers: int) -> Result:
    """Carry it out, always for the same message."""
    async with database.transaction() as connection:
        occasion = Occasion(UUID(int=99), "test", NOW)
        clerk = ListClerk(connection, known, ListTokens([b"key"]), occasion, token_bytes)
        return await clerk.carry_out(SendAgain(ADA, numbers))
