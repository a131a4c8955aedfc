import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.builders import a_domain, an_account

from ingress.logins import LoginAttempt, Logins
from mailcore.db.directory_cache import Login
from mailcore.directory.domain import Domain
from mailcore.errors import DatabaseAway
from mailcore.passwords import Passwords

ADA = "ada@example.com"
PASSWORD = "correct horse battery staple"


class CountingPasswords(Passwords):
    """Counts what is really hashed."""

    def __init__(self) -> None:
        super().__init__()
        self.verified: list[str | None] = []

    async def verify(self, password: str, stored: str | None) -> bool:
        """Count, and verify."""
        self.verified.append(stored)
        return await super().verify(password, stored)


class Accounts:
    """A directory of one account."""

    def __init__(self, login: Login) -> None:
        self.login: Login = login
        self.is_away = False
        self.case_sensitive = False

    async def domain(self, name: str) -> Domain | None:
        """Know the domain."""
        return a_domain(case_sensitive=self.case_sensitive) if name == "example.com" else None

    async def account_by_login(self, address: str) -> Login | None:
        """Know the account, unless it is away."""
        if self.is_away:
            raise DatabaseAway
        return self.login if address == self.login.account.address else None


@pytest.fixture
async def passwords() -> AsyncIterator[CountingPasswords]:
    made = CountingPasswords()
    yield made
    made.close()


@pytest.fixture
async def accounts(passwords: CountingPasswords) -> Accounts:
    return Accounts(Login(an_account(ADA), await passwords.hash(PASSWORD)))


@pytest.fixture
def logins(accounts: Accounts, passwords: CountingPasswords) -> Logins:
    return Logins(accounts, passwords, b"k" * 32)


@pytest.mark.parametrize(
    ("name", "password", "is_known", "is_right"),
    [
        (ADA, PASSWORD, True, True),
        ("ADA@Example.COM", PASSWORD, True, True),
        (ADA, PASSWORD + "x", True, False),
        (ADA, "", True, False),
        ("bob@example.com", PASSWORD, False, False),
        ("no address", PASSWORD, False, False),
    ],
)
async def test_attempts(logins: Logins, name: str, password: str, *, is_known: bool, is_right: bool) -> None:
    account = an_account(ADA) if is_known else None
    assert await logins.attempt(name, password) == LoginAttempt(account, is_right=is_right)


async def test_an_account_without_a_password_is_known_and_never_right(logins: Logins, accounts: Accounts) -> None:
    accounts.login = Login(an_account(ADA), None)
    assert await logins.attempt(ADA, PASSWORD) == LoginAttempt(an_account(ADA), is_right=False)


@pytest.mark.parametrize("name", ["bob@example.com", "no address"])
async def test_an_unknown_name_costs_a_hash_too(logins: Logins, passwords: CountingPasswords, name: str) -> None:
    await logins.attempt(name, PASSWORD)
    assert passwords.verified == [None]


async def test_a_right_password_is_hashed_once(logins: Logins, passwords: CountingPasswords) -> None:
    for _ in range(3):
        assert (await logins.attempt(ADA, PASSWORD)).is_right
    assert len(passwords.verified) == 1


async def test_a_wrong_password_is_hashed_every_time(logins: Logins, passwords: CountingPasswords) -> None:
    for _ in range(2):
        assert not (await logins.attempt(ADA, "wrong")).is_right
    assert len(passwords.verified) == 2


async def test_simultaneous_logins_with_one_password_share_a_hash(logins: Logins, passwords: CountingPasswords) -> None:
    attempts = await asyncio.gather(*(logins.attempt(ADA, PASSWORD) for _ in range(50)))
    assert all(attempt.is_right for attempt in attempts)
    assert len(passwords.verified) == 1


async def test_who_waits_does_not_lose_by_another_that_goes_away(logins: Logins) -> None:
    first = asyncio.create_task(logins.attempt(ADA, PASSWORD))
    second = asyncio.create_task(logins.attempt(ADA, PASSWORD))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).is_right


async def test_what_is_remembered_ends_with_the_stored_hash(
    logins: Logins, accounts: Accounts, passwords: CountingPasswords
) -> None:
    assert (await logins.attempt(ADA, PASSWORD)).is_right
    accounts.login = Login(an_account(ADA), await passwords.hash("another password"))
    assert not (await logins.attempt(ADA, PASSWORD)).is_right


async def test_octets_that_are_no_text_are_compared_all_the_same(logins: Logins) -> None:
    assert not (await logins.attempt(ADA, "\udcff\udcfe")).is_right


async def test_without_the_database_nobody_is_judged(logins: Logins, accounts: Accounts) -> None:
    accounts.is_away = True
    with pytest.raises(DatabaseAway):
        await logins.attempt(ADA, PASSWORD)


async def test_where_case_counts_it_counts_for_logins_too(logins: Logins, accounts: Accounts) -> None:
    accounts.case_sensitive = True
    assert (await logins.attempt(ADA, PASSWORD)).is_right
    assert await logins.attempt("Ada@example.com", PASSWORD) == LoginAttempt(None, is_right=False)
    assert (await logins.attempt("ada@EXAMPLE.com", PASSWORD)).is_right
