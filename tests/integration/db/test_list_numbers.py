"""Where the numbers of a list's posts begin, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from mailcore.db import list_posts
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.db.list_kinds import ListKind
from mailcore.db.list_posts import NewPost
from mailcore.directory.domain import DomainFields
from mailcore.directory.mailing_list import MailingList, MailingListFields
from mailcore.passwords import Passwords

NOW = 1_767_225_600.0
BIRDS = "birds@example.com"


@pytest.fixture
def lists(database: Database) -> Iterator[EntityStore[MailingListFields, MailingList]]:
    """Give the store of lists."""
    passwords = Passwords()
    yield EntityStore(database, ListKind(passwords))
    passwords.close()


async def make(database: Database, lists: EntityStore[MailingListFields, MailingList], **given: Any) -> MailingList:
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    fields = MailingListFields(address=BIRDS, name="birds", owner="olga@example.net", **given)
    return (await lists.create(fields, "test")).value


def a_post(owner: MailingList, n: int) -> NewPost:
    return NewPost(
        id=str(UUID(int=n)),
        list_id=owner.id,
        list=owner.address,
        message_id=str(UUID(int=n)),
        at=NOW,
        poster="ken@example.org",
        subject="Herons",
        size=10,
        mail=b"came",
        content=f"c-{n}",
    )


async def number_of_next(database: Database, owner: MailingList, n: int) -> int:
    """Accept a post, and give the number that it got."""
    post = a_post(owner, n)
    async with database.transaction() as connection:
        await list_posts.accept(connection, post, NOW)
        stored = await list_posts.get(connection, post.id)
    assert stored is not None
    return stored.number


async def test_a_list_that_comes_from_elsewhere_counts_on(
    database: Database, lists: EntityStore[MailingListFields, MailingList]
) -> None:
    owner = await make(database, lists, first_number=12_346)
    assert [await number_of_next(database, owner, n) for n in (1, 2)] == [12_346, 12_347]


async def test_numbers_are_raised_and_never_fall(
    database: Database, lists: EntityStore[MailingListFields, MailingList]
) -> None:
    owner = await make(database, lists)
    assert await number_of_next(database, owner, 1) == 1
    await lists.patch(BIRDS, {"first_number": 500}, "test")
    assert [await number_of_next(database, owner, n) for n in (2, 3)] == [500, 501]
    await lists.patch(BIRDS, {"first_number": 7}, "test")
    assert await number_of_next(database, owner, 4) == 502


async def test_a_change_of_a_list_and_a_post_to_it_do_not_lock_each_other(
    database: Database, lists: EntityStore[MailingListFields, MailingList]
) -> None:
    owner = await make(database, lists)
    async with database.transaction() as connection:
        await list_posts.lock(connection, [owner.id])
        change = asyncio.create_task(lists.patch(BIRDS, {"first_number": 500}, "test"))
        # It has the list's row by then, and waits for the numbers.
        await asyncio.sleep(0.3)
        number, _ = await list_posts.accept(connection, a_post(owner, 1), NOW)
    assert number == 1
    await change
    assert await number_of_next(database, owner, 2) == 500
