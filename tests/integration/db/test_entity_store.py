import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import select

from mailcore.db.audit_log import AuditLog
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import AccountKind, DomainKind
from mailcore.db.tables import account, change_log
from mailcore.directory.account import Account, AccountFields
from mailcore.directory.domain import Domain, DomainFields
from mailcore.errors import Changed, Conflict, Duplicate, Invalid, NotFound
from mailcore.passwords import Passwords

ME = "the operator"


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


@pytest.fixture
async def domains(database: Database) -> EntityStore[DomainFields, Domain]:
    store = EntityStore(database, DomainKind())
    await store.create(DomainFields(name="example.com"), ME)
    return store


@pytest.fixture
def accounts(
    database: Database, domains: EntityStore[DomainFields, Domain], passwords: Passwords
) -> EntityStore[AccountFields, Account]:
    del domains  # only its domain is needed
    return EntityStore(database, AccountKind(passwords))


def fields(**values: Any) -> AccountFields:
    return AccountFields.model_validate({"address": "alice@example.com"} | values)


async def changes(database: Database) -> list[tuple[str, str]]:
    async with database.read() as connection:
        rows = await connection.execute(select(change_log.c.entity, change_log.c.key).order_by(change_log.c.number))
        return [(row.entity, row.key) for row in rows]


async def stored_hash(database: Database) -> str | None:
    async with database.read() as connection:
        found: str | None = (await connection.execute(select(account.c.password_hash))).scalar_one()
        return found


async def test_what_was_made_is_read_back(accounts: EntityStore[AccountFields, Account]) -> None:
    made = await accounts.create(fields(address="JÖRG.X@Example.COM"), ME)
    assert made.value.address == "jörg.x@example.com"
    assert made.value.mailbox == "example.com/j%C3%B6rg.x"
    assert made.value.created_at == made.value.updated_at
    assert await accounts.get("jörg.x@example.com") == made
    assert await accounts.get("Jörg.X@EXAMPLE.com") == made


@pytest.mark.parametrize("key", ["nobody@example.com", "", "no address", "a\0@example.com", "x" * 5000, "a@[::1]"])
async def test_what_is_not_there_is_not_found(accounts: EntityStore[AccountFields, Account], key: str) -> None:
    actions: list[Callable[[], Coroutine[Any, Any, Any]]] = [
        lambda: accounts.get(key),
        lambda: accounts.patch(key, {"enabled": False}, ME),
        lambda: accounts.delete(key, ME),
    ]
    for action in actions:
        with pytest.raises(NotFound):
            await action()


async def test_same_key_again_is_a_duplicate_however_it_is_written(
    domains: EntityStore[DomainFields, Domain], database: Database
) -> None:
    await domains.create(DomainFields(name="Bücher.example"), ME)
    with pytest.raises(Duplicate):
        await domains.create(DomainFields(name="xn--bcher-kva.example"), ME)
    assert await changes(database) == [("domain", "example.com"), ("domain", "xn--bcher-kva.example")]


async def test_of_many_who_make_the_same_one_succeeds(domains: EntityStore[DomainFields, Domain]) -> None:
    made = await asyncio.gather(
        *(domains.create(DomainFields(name="example.org"), ME) for _ in range(10)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in made) == ["Duplicate"] * 9 + ["Versioned"]


async def test_account_needs_a_managed_domain(
    accounts: EntityStore[AccountFields, Account], database: Database
) -> None:
    with pytest.raises(Invalid) as refusal:
        await accounts.create(fields(address="a@example.net"), ME)
    assert refusal.value.problems[0].loc == ("address",)
    assert "example.net" in refusal.value.problems[0].msg
    assert await changes(database) == [("domain", "example.com")]


async def test_domain_with_accounts_stays(
    accounts: EntityStore[AccountFields, Account], domains: EntityStore[DomainFields, Domain]
) -> None:
    await accounts.create(fields(), ME)
    with pytest.raises(Conflict, match="1 account"):
        await domains.delete("example.com", ME)
    await accounts.delete("alice@example.com", ME)
    await domains.delete("example.com", ME)
    with pytest.raises(NotFound):
        await domains.get("example.com")


async def test_account_and_removal_of_its_domain_at_once_leave_no_orphan(
    accounts: EntityStore[AccountFields, Account], domains: EntityStore[DomainFields, Domain], database: Database
) -> None:
    results = await asyncio.gather(
        *(accounts.create(fields(address=f"{name}@example.com"), ME) for name in "abcdef"),
        domains.delete("example.com", ME),
        return_exceptions=True,
    )
    assert all(isinstance(one, Conflict | Invalid) for one in results if isinstance(one, Exception))
    async with database.read() as connection:
        left = len((await connection.execute(select(account.c.id))).all())
    assert (left == 0) == (results[-1] is None)


async def test_patch_changes_what_it_names(accounts: EntityStore[AccountFields, Account]) -> None:
    made = await accounts.create(fields(), ME)
    changed = await accounts.patch("alice@example.com", {"enabled": False}, ME, [made.etag])
    assert not changed.value.enabled
    assert changed.etag != made.etag
    assert changed.value.updated_at >= made.value.updated_at
    assert changed.value.mailbox == made.value.mailbox
    assert await accounts.get("alice@example.com") == changed


async def test_null_puts_a_field_back_to_its_default(accounts: EntityStore[AccountFields, Account]) -> None:
    await accounts.create(fields(enabled=False), ME)
    assert (await accounts.patch("alice@example.com", {"enabled": None}, ME)).value.enabled


async def test_patch_that_changes_nothing_leaves_no_mark(
    accounts: EntityStore[AccountFields, Account], database: Database
) -> None:
    made = await accounts.create(fields(), ME)
    before = await changes(database)
    for patch in ({}, {"enabled": True}, {"address": "ALICE@example.com"}, {"enabled": None}):
        assert await accounts.patch("alice@example.com", patch, ME) == made
    assert await changes(database) == before
    assert len((await AuditLog(database).list(None, 10, entity="account")).items) == 1


@pytest.mark.parametrize(
    ("patch", "loc"),
    [
        ({"enabled": "perhaps"}, ("enabled",)),
        ({"password": "short"}, ("password",)),
        ({"unknown": 1}, ("unknown",)),
        ({"mailbox": "example.org/x"}, ("mailbox",)),
        ({"address": "bob@example.com"}, ("address",)),
        ({"address": None}, ("address",)),
        ({"address": "no address"}, ("address",)),
    ],
)
async def test_wrong_patch_names_the_field_and_changes_nothing(
    accounts: EntityStore[AccountFields, Account], patch: dict[str, Any], loc: tuple[str, ...]
) -> None:
    made = await accounts.create(fields(), ME)
    with pytest.raises(Invalid) as refusal:
        await accounts.patch("alice@example.com", {"enabled": False} | patch, ME)
    assert [problem.loc for problem in refusal.value.problems] == [loc]
    assert await accounts.get("alice@example.com") == made


async def test_other_version_is_refused(accounts: EntityStore[AccountFields, Account]) -> None:
    made = await accounts.create(fields(), ME)
    await accounts.patch("alice@example.com", {"enabled": False}, ME)
    with pytest.raises(Changed):
        await accounts.patch("alice@example.com", {"enabled": True}, ME, [made.etag])
    with pytest.raises(Changed):
        await accounts.delete("alice@example.com", ME, [made.etag])
    with pytest.raises(Changed):
        await accounts.delete("alice@example.com", ME, [])


async def test_version_of_a_removed_entity_never_comes_back(accounts: EntityStore[AccountFields, Account]) -> None:
    old = await accounts.create(fields(), ME)
    await accounts.delete("alice@example.com", ME, [old.etag])
    new = await accounts.create(fields(), ME)
    assert new.etag != old.etag
    assert new.value.id > old.value.id
    assert new.value.mailbox == old.value.mailbox


async def test_of_many_who_patch_one_version_one_succeeds(accounts: EntityStore[AccountFields, Account]) -> None:
    made = await accounts.create(fields(), ME)
    results = await asyncio.gather(
        *(accounts.patch("alice@example.com", {"enabled": False}, ME, [made.etag]) for _ in range(10)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in results) == ["Changed"] * 9 + ["Versioned"]


async def test_password_is_stored_as_a_hash_and_shown_nowhere(
    accounts: EntityStore[AccountFields, Account], database: Database, passwords: Passwords
) -> None:
    await accounts.create(fields(password="correct horse"), ME)
    first = await stored_hash(database)
    assert first is not None
    assert await passwords.verify("correct horse", first)
    before = await accounts.get("alice@example.com")
    changed = await accounts.patch("alice@example.com", {"password": "battery staple"}, ME, [before.etag])
    assert changed.etag != before.etag
    assert await passwords.verify("battery staple", await stored_hash(database))
    await accounts.patch("alice@example.com", {"password": None}, ME)
    assert await stored_hash(database) is None
    entries = (await AuditLog(database).list(None, 10, entity="account")).items
    assert [(entry.after or {})["password"] for entry in entries] == [None, "changed", "changed"]
    told = repr(entries)
    assert "horse" not in told
    assert "staple" not in told
    assert "argon2" not in told


async def test_every_change_is_audited_with_before_and_after(
    accounts: EntityStore[AccountFields, Account], database: Database
) -> None:
    await accounts.create(fields(), ME)
    await accounts.patch("alice@example.com", {"enabled": False}, "another")
    await accounts.delete("alice@example.com", ME)
    removed, updated, created = (await AuditLog(database).list(None, 10, entity="account")).items
    assert (created.author, created.action, created.key, created.before) == (ME, "create", "alice@example.com", None)
    assert (updated.author, updated.action) == ("another", "update")
    assert (updated.before or {})["enabled"] is True
    assert (updated.after or {})["enabled"] is False
    assert removed.action == "delete"
    assert removed.after is None
    assert [key for _, key in await changes(database)] == ["example.com", *["alice@example.com"] * 3]


async def test_pages_hold_everything_once_in_the_order_of_keys(accounts: EntityStore[AccountFields, Account]) -> None:
    names = ["ä", "z", "日本", "a", "B", "é", "a.b", "a-b", "%", "_", "ß", "\U0001f4ee", "zz"]
    made = {(await accounts.create(fields(address=f"{name}@example.com"), ME)).value.address for name in names}
    found: list[str] = []
    cursor, pages = None, 0
    while cursor is not None or pages == 0:
        page = await accounts.list(cursor, 4)
        assert len(page.items) <= 4
        found += [item.address for item in page.items]
        cursor, pages = page.next, pages + 1
    assert pages == 4
    assert found == sorted(made, key=lambda address: address.encode())
    assert len(found) == 13


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("AL", {"alice@example.com", "al_x@example.com"}),
        ("@EXAMPLE", {"alice@example.com", "al_x@example.com", "jörg@example.com", "50%@example.com"}),
        ("_", {"al_x@example.com"}),
        ("%", {"50%@example.com"}),
        ("\\", set()),
        ("JÖRG", {"jörg@example.com"}),
        ("Jo\u0308RG", {"jörg@example.com"}),
        ("\0", set()),
        ("", {"alice@example.com", "al_x@example.com", "jörg@example.com", "50%@example.com"}),
    ],
)
async def test_filter_finds_parts_of_the_key_and_takes_nothing_for_a_pattern(
    accounts: EntityStore[AccountFields, Account], q: str, found: set[str]
) -> None:
    for name in ("alice", "al_x", "jörg", "50%"):
        await accounts.create(fields(address=f"{name}@example.com"), ME)
    assert {item.address for item in (await accounts.list(None, 10, q)).items} == found


async def test_empty_list_is_one_page(accounts: EntityStore[AccountFields, Account]) -> None:
    page = await accounts.list(None, 10)
    assert (page.items, page.next) == ((), None)
    assert (await accounts.list("zzz", 10)).items == ()
    assert (await accounts.list("\0", 10)).items == ()
