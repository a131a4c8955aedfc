"""What holds between accounts, aliases, domains and settings, whoever changes which of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.builders import a_seal

from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import AccountKind, AliasKind, DomainKind
from mailcore.db.local_addresses import LocalAddresses
from mailcore.db.settings_store import SettingsStore
from mailcore.directory.account import Account, AccountFields
from mailcore.directory.alias import Alias, AliasFields
from mailcore.directory.domain import Domain, DomainFields
from mailcore.errors import Conflict, Duplicate, Invalid, NotFound
from mailcore.passwords import Passwords

ME = "the operator"


@dataclass
class Book:
    """The stores of one replica. `example.com` is managed, `ada@example.com` has an account."""

    database: Database
    domains: EntityStore[DomainFields, Domain]
    accounts: EntityStore[AccountFields, Account]
    aliases: EntityStore[AliasFields, Alias]
    settings: SettingsStore

    async def domain(self, name: str, **fields: Any) -> Domain:
        """Make a domain."""
        return (await self.domains.create(DomainFields.model_validate({"name": name} | fields), ME)).value

    async def account(self, address: str, **fields: Any) -> Account:
        """Make an account."""
        return (await self.accounts.create(AccountFields.model_validate({"address": address} | fields), ME)).value

    async def alias(self, address: str, *to: str) -> Alias:
        """Make an alias."""
        return (await self.aliases.create(AliasFields(address=address, to=to), ME)).value


@pytest.fixture
async def book(database: Database) -> AsyncIterator[Book]:
    passwords = Passwords()
    made = Book(
        database,
        EntityStore(database, DomainKind()),
        EntityStore(database, AccountKind(passwords)),
        EntityStore(database, AliasKind()),
        SettingsStore(database, a_seal()),
    )
    await made.domain("example.com")
    await made.account("ada@example.com")
    yield made
    passwords.close()


async def test_what_limits_an_account_is_read_back(book: Book) -> None:
    limits = {"quota_bytes": 2**40, "quota_messages": 7, "max_receive_size": 9, "cancel_list": ("*@x.test", "<>")}
    made = await book.account("bea@example.com", **limits)
    assert made.model_dump().items() >= limits.items()
    assert (await book.accounts.get("bea@example.com")).value == made
    reset = await book.accounts.patch("bea@example.com", dict.fromkeys(limits), ME)
    assert (reset.value.quota_bytes, reset.value.cancel_list) == (None, ())
    again = await book.accounts.patch("bea@example.com", {"cancel_list": ()}, ME)
    assert again == reset


async def test_an_address_is_an_account_or_an_alias(book: Book) -> None:
    await book.alias("sales@example.com", "ada@example.com")
    with pytest.raises(Duplicate, match="is the address of an existing alias"):
        await book.account("SALES@example.com")
    with pytest.raises(Duplicate, match="existing account"):
        await book.alias("Ada@example.com", "ken@example.org")
    await book.aliases.delete("sales@example.com", ME)
    await book.account("sales@example.com")
    await book.accounts.delete("sales@example.com", ME)
    await book.alias("sales@example.com", "ada@example.com")


async def test_who_takes_one_address_at_once_gets_it_once(book: Book) -> None:
    attempts = [
        book.account("x@example.com") if n % 2 else book.alias("x@example.com", "ken@example.org") for n in range(6)
    ]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(result, Account | Alias) for result in results) == 1
    assert sum(isinstance(result, Duplicate) for result in results) == 5


async def test_targets_are_stored_as_they_are_looked_up_each_once(book: Book) -> None:
    made = await book.alias(
        "all@example.com", "ADA@Example.COM", "ada+X@example.com", "Ken@example.org", "ada@example.com"
    )
    assert made.to == ("ada@example.com", "ada+x@example.com", "Ken@example.org")
    before = await book.aliases.get("all@example.com")
    again = await book.aliases.patch("All@example.com", {"to": ("Ada@example.com", *made.to[1:])}, ME)
    assert again == before


@pytest.mark.parametrize(
    ("to", "wrong"),
    [
        (("ken@example.org", "nobody@example.com"), [1]),
        (("nobody@example.com", "ada@example.com", "bea+x@example.com"), [0, 2]),
        (("Self@example.com",), [0]),
    ],
)
async def test_targets_here_must_be_local_addresses(book: Book, to: tuple[str, ...], wrong: list[int]) -> None:
    with pytest.raises(Invalid) as caught:
        await book.alias("self@example.com", *to)
    assert [problem.loc for problem in caught.value.problems] == [("to", place) for place in wrong]
    await book.alias("self@example.com", "ada@example.com")
    with pytest.raises(Invalid) as caught:
        await book.aliases.patch("self@example.com", {"to": to}, ME)
    assert [problem.loc for problem in caught.value.problems] == [("to", place) for place in wrong]


async def test_a_thousand_local_targets(book: Book) -> None:
    made = await book.alias("many@example.com", *(f"ada+{n}@example.com" for n in range(1000)))
    assert len(made.to) == 1000


async def test_an_account_that_aliases_name_can_go(book: Book) -> None:
    await book.alias("sales@example.com", "ada@example.com")
    await book.accounts.delete("ada@example.com", ME)
    assert (await book.aliases.get("sales@example.com")).value.to == ("ada@example.com",)


@pytest.mark.parametrize("named", ["ada@example.com", "ada+caught@example.com"])
@pytest.mark.parametrize("setting", ["catch_all_address", "postmaster_address", "autoreply_from"])
async def test_what_a_setting_names_stays(book: Book, setting: str, named: str) -> None:
    await book.settings.patch("smtp", {setting: named}, ME)
    with pytest.raises(Conflict, match=f"the setting smtp.{setting} names"):
        await book.accounts.delete("ada@example.com", ME)
    with pytest.raises(Conflict, match="account"):
        await book.domains.delete("example.com", ME)
    await book.settings.patch("smtp", {setting: None}, ME)
    await book.accounts.delete("ada@example.com", ME)


@pytest.mark.parametrize("named", ["sales@example.com", "Sales+x@example.com"])
async def test_what_a_domain_names_stays(book: Book, named: str) -> None:
    await book.alias("sales@example.com", "ada@example.com")
    await book.alias("sal_s@example.com", "ada@example.com")
    await book.domain("example.net", catch_all_address=named)
    await book.aliases.delete("sal_s@example.com", ME)
    with pytest.raises(Conflict, match="at example"):
        await book.aliases.delete("sales@example.com", ME)
    await book.domains.patch("example.net", {"catch_all_address": None}, ME)
    await book.aliases.delete("sales@example.com", ME)


async def test_a_domain_goes_only_when_nothing_refers_to_it(book: Book) -> None:
    await book.domain("example.net")
    await book.alias("x@example.net", "ken@example.org")
    with pytest.raises(Conflict, match=r"1 alias"):
        await book.domains.delete("example.net", ME)
    await book.aliases.delete("x@example.net", ME)
    await book.domains.patch("example.com", {"catch_all_address": "postmaster@example.net"}, ME)
    with pytest.raises(Conflict, match=r"example\.com"):
        await book.domains.delete("example.net", ME)
    await book.domains.patch("example.com", {"catch_all_address": None}, ME)
    await book.settings.patch("smtp", {"catch_all_address": "abuse@example.net"}, ME)
    with pytest.raises(Conflict, match=r"smtp\.catch_all_address"):
        await book.domains.delete("example.net", ME)
    await book.settings.patch("smtp", {"catch_all_address": None}, ME)
    await book.domains.patch("example.net", {"catch_all_address": "postmaster@example.net"}, ME)
    await book.domains.delete("example.net", ME)


async def test_a_role_stays_local_when_nobody_has_it(book: Book) -> None:
    await book.account("postmaster@example.com")
    await book.settings.patch("smtp", {"catch_all_address": "postmaster@example.com"}, ME)
    await book.accounts.delete("postmaster@example.com", ME)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Ada@EXAMPLE.com", "ada@example.com"),
        ("ada+X@example.com", "ada+x@example.com"),
        ("Abuse@example.com", "abuse@example.com"),
        ("nobody@example.com", None),
        ("ken@example.org", None),
    ],
)
async def test_a_catch_all_is_a_local_address(book: Book, given: str, stored: str | None) -> None:
    if stored is None:
        with pytest.raises(Invalid) as caught:
            await book.domain("example.net", catch_all_address=given)
        assert caught.value.problems[0].loc == ("catch_all_address",)
        with pytest.raises(Invalid):
            await book.domains.patch("example.com", {"catch_all_address": given}, ME)
    else:
        assert (await book.domain("example.net", catch_all_address=given)).catch_all_address == stored
        assert await LocalAddresses(book.database).form(given) == stored


async def test_where_case_counts_it_counts(book: Book) -> None:
    await book.domain("exact.test", case_sensitive=True)
    upper, lower = await book.account("Ada@Exact.TEST"), await book.account("ada@exact.test")
    assert (upper.address, lower.address) == ("Ada@exact.test", "ada@exact.test")
    assert upper.mailbox != lower.mailbox
    assert (await book.accounts.get("Ada@exact.test")).value == upper
    with pytest.raises(NotFound):
        await book.accounts.get("ADA@exact.test")
    with pytest.raises(Duplicate):
        await book.alias("ada@exact.test", "ken@example.org")
    with pytest.raises(Invalid, match="cannot be changed"):
        await book.accounts.patch("ada@exact.test", {"address": "Ada@exact.test"}, ME)
    assert (await book.alias("x@example.com", "Ada@exact.test", "ada@exact.test")).to == (upper.address, lower.address)
    assert (await book.account("PostMaster@exact.test")).address == "postmaster@exact.test"


async def test_case_counts_until_nobody_has_capitals(book: Book) -> None:
    await book.domains.patch("example.com", {"case_sensitive": True}, ME)
    await book.account("Ada@example.com")
    with pytest.raises(Conflict, match="Ada@"):
        await book.domains.patch("example.com", {"case_sensitive": False}, ME)
    await book.accounts.delete("Ada@example.com", ME)
    await book.alias("İ@example.com", "ken@example.org")
    with pytest.raises(Conflict, match="İ@"):
        await book.domains.patch("example.com", {"case_sensitive": None}, ME)
    await book.aliases.delete("İ@example.com", ME)
    assert not (await book.domains.patch("example.com", {"case_sensitive": False}, ME)).value.case_sensitive
    assert (await book.accounts.get("ADA@example.com")).value.address == "ada@example.com"


async def test_what_folding_makes_too_long_is_refused(book: Book) -> None:
    with pytest.raises(Invalid) as caught:
        await book.account("İ" * 30 + "@example.com")
    assert caught.value.problems[0].loc == ("address",)
