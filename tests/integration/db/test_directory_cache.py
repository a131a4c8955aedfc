from collections.abc import AsyncIterator

import pytest
from tests.integration.db.waiting import seconds_until

from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.directory_cache import CachedDirectory
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import AccountKind, AliasKind, DomainKind
from mailcore.directory.account import Account, AccountFields
from mailcore.directory.alias import AliasFields
from mailcore.directory.domain import Domain, DomainFields
from mailcore.directory.lookup import SessionDirectory
from mailcore.errors import DatabaseAway
from mailcore.passwords import Passwords

ME = "the operator"
ALICE = "alice@example.com"


@pytest.fixture
async def directory(database: Database, feed: ChangeFeed) -> CachedDirectory:
    made = CachedDirectory(database, feed)
    await feed.start()
    return made


@pytest.fixture
async def accounts(database: Database) -> AsyncIterator[EntityStore[AccountFields, Account]]:
    passwords = Passwords()
    yield EntityStore(database, AccountKind(passwords))
    passwords.close()


@pytest.fixture
def domains(database: Database) -> EntityStore[DomainFields, Domain]:
    return EntityStore(database, DomainKind())


async def test_what_is_made_after_it_was_missed_is_found_within_a_second(
    directory: CachedDirectory,
    domains: EntityStore[DomainFields, Domain],
    accounts: EntityStore[AccountFields, Account],
) -> None:
    shown: SessionDirectory = directory
    assert await shown.domain("example.com") is None
    assert await shown.account(ALICE) is None
    await domains.create(DomainFields(name="example.com"), ME)
    made = await accounts.create(AccountFields.model_validate({"address": ALICE, "password": "correct horse"}), ME)

    async def is_there() -> bool:
        return await shown.domain("example.com") is not None and await shown.account(ALICE) is not None

    assert await seconds_until(is_there) < 1
    assert await shown.account(ALICE) == made.value
    login = await directory.account_by_login(ALICE)
    assert login is not None
    assert login.account == made.value
    assert (login.password_hash or "").startswith("$argon2id$")


async def test_change_and_removal_are_seen_within_a_second(
    directory: CachedDirectory,
    domains: EntityStore[DomainFields, Domain],
    accounts: EntityStore[AccountFields, Account],
) -> None:
    await domains.create(DomainFields(name="example.com"), ME)
    await accounts.create(AccountFields(address=ALICE), ME)

    async def is_enabled() -> bool:
        found = await directory.account(ALICE)
        return found is not None and found.enabled

    async def is_disabled() -> bool:
        found = await directory.account(ALICE)
        return found is not None and not found.enabled

    async def is_gone() -> bool:
        return await directory.account(ALICE) is None and await directory.domain("example.com") is None

    await seconds_until(is_enabled)
    await accounts.patch(ALICE, {"enabled": False}, ME)
    assert await seconds_until(is_disabled) < 1
    await accounts.delete(ALICE, ME)
    await domains.delete("example.com", ME)
    assert await seconds_until(is_gone) < 1


async def test_remembered_answer_needs_no_database(
    directory: CachedDirectory, domains: EntityStore[DomainFields, Domain], database: Database, feed: ChangeFeed
) -> None:
    await domains.create(DomainFields(name="example.com"), ME)

    async def is_managed() -> bool:
        return await directory.domain("example.com") is not None and await directory.account(ALICE) is None

    await seconds_until(is_managed)
    await feed.stop()
    await database.close()
    with pytest.raises(StopIteration) as result:
        directory.domain("example.com").send(None)
    assert result.value.value.name == "example.com"
    with pytest.raises(StopIteration) as result:
        directory.account(ALICE).send(None)
    assert result.value.value is None


async def test_aliases_and_what_a_domain_says_are_seen_within_a_second(
    directory: CachedDirectory, domains: EntityStore[DomainFields, Domain], database: Database
) -> None:
    aliases = EntityStore(database, AliasKind())
    assert await directory.alias(ALICE) is None
    assert await directory.domain("example.com") is None
    await domains.create(DomainFields(name="example.com"), ME)
    made = await aliases.create(AliasFields(address=ALICE, to=("ken@example.org",)), ME)

    async def is_there() -> bool:
        return await directory.alias(ALICE) == made.value

    assert await seconds_until(is_there) < 1
    await domains.patch("example.com", {"case_sensitive": True}, ME)
    await aliases.patch(ALICE, {"to": ("lea@example.org",)}, ME)

    async def has_changed() -> bool:
        domain, alias = await directory.domain("example.com"), await directory.alias(ALICE)
        return domain is not None and domain.case_sensitive and alias is not None and alias.to == ("lea@example.org",)

    assert await seconds_until(has_changed) < 1
    await aliases.delete(ALICE, ME)

    async def is_gone() -> bool:
        return await directory.alias(ALICE) is None

    assert await seconds_until(is_gone) < 1


@pytest.mark.parametrize("name", ["a\0@example.com", "\udcff@example.com", ""])
async def test_names_that_nobody_can_have_are_absent(directory: CachedDirectory, name: str) -> None:
    assert await directory.account(name) is None
    assert await directory.alias(name) is None
    assert await directory.domain(name) is None


async def test_absence_of_the_database_is_no_absence_of_the_account() -> None:
    away = await Database.open("postgresql://nobody@127.0.0.1:1/nothing")
    directory = CachedDirectory(away, ChangeFeed(away))
    with pytest.raises(DatabaseAway):
        await directory.account(ALICE)
    with pytest.raises(DatabaseAway):
        await directory.domain("example.com")
    await away.close()


async def test_the_first_domain_is_the_oldest_that_is_left(
    directory: CachedDirectory, domains: EntityStore[DomainFields, Domain]
) -> None:
    assert await directory.first_domain() is None
    await domains.create(DomainFields(name="z.example.com"), ME)
    await domains.create(DomainFields(name="a.example.com"), ME)

    async def is_first(name: str) -> bool:
        return await directory.first_domain() == name

    assert await seconds_until(lambda: is_first("z.example.com")) < 1
    await domains.delete("z.example.com", ME)
    assert await seconds_until(lambda: is_first("a.example.com")) < 1
