"""Words that a list has of its own, on SQLite and on PostgreSQL."""

import pytest

from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.db.list_kinds import ListKind
from mailcore.db.list_templates import USUAL, TemplateStore, load_template
from mailcore.directory.domain import DomainFields
from mailcore.directory.list_template import ListWords
from mailcore.directory.mailing_list import MailingList, MailingListFields
from mailcore.errors import Changed, Invalid, NotFound
from mailcore.passwords import Passwords

OWN = ListWords(subject="鳥へようこそ", body="{member} さん\n")
OTHER = ListWords(subject="Welcome", body="{member}\n")


@pytest.fixture
async def lists(database: Database) -> tuple[MailingList, MailingList]:
    """Give two lists."""
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    passwords = Passwords()
    store = EntityStore(database, ListKind(passwords))
    first, second = [
        await store.create(
            MailingListFields(address=f"{name}@example.com", name=name, owner="olga@example.net"), "test"
        )
        for name in ("birds", "fish")
    ]
    passwords.close()
    return first.value, second.value


async def test_a_list_has_words_of_its_own_and_another_has_not(
    database: Database, lists: tuple[MailingList, MailingList]
) -> None:
    birds, fish = (TemplateStore(database, one) for one in lists)
    assert await birds.get("welcome") is None
    stored = await birds.put("welcome", OWN, "test")
    assert (stored.value.subject, stored.value.body) == (OWN.subject, OWN.body)
    assert list(await birds.all()) == ["welcome"]
    assert (await fish.all(), await fish.get("welcome")) == ({}, None)
    async with database.read() as connection:
        found = [await load_template(connection, one.id, "welcome") for one in lists]
    assert found == [stored.value, None]


async def test_they_are_put_in_the_place_of_others_and_taken_back(
    database: Database, lists: tuple[MailingList, MailingList]
) -> None:
    store = TemplateStore(database, lists[0])
    first = await store.put("welcome", OWN, "test", {USUAL})
    with pytest.raises(Changed):
        await store.put("welcome", OTHER, "test", {USUAL})
    second = await store.put("welcome", OTHER, "test", {first.etag})
    assert second.etag != first.etag
    with pytest.raises(Changed):
        await store.delete("welcome", "test", {first.etag})
    await store.delete("welcome", "test", {second.etag})
    assert await store.get("welcome") is None
    with pytest.raises(NotFound):
        await store.delete("welcome", "test")
    with pytest.raises(Changed):
        await store.put("welcome", OWN, "test", {second.etag})


async def test_words_that_would_say_nothing_are_not_stored(
    database: Database, lists: tuple[MailingList, MailingList]
) -> None:
    store = TemplateStore(database, lists[0])
    with pytest.raises(Invalid) as refused:
        await store.put("welcome", ListWords(subject="{token}", body="{nobody}"), "test")
    assert [problem.loc for problem in refused.value.problems] == [("subject",), ("body",)]
    await store.put("welcome", OWN, "test")
    with pytest.raises(Invalid):
        await store.put("welcome", ListWords(subject="{token}", body="x"), "test")
    assert (await store.all())["welcome"].subject == OWN.subject


async def test_they_go_with_the_list(database: Database, lists: tuple[MailingList, MailingList]) -> None:
    owner = lists[0]
    store = TemplateStore(database, owner)
    await store.put("welcome", OWN, "test")
    passwords = Passwords()
    await EntityStore(database, ListKind(passwords)).delete(owner.address, "test")
    passwords.close()
    assert await store.all() == {}
    with pytest.raises(NotFound):
        await store.put("goodbye", OWN, "test")
