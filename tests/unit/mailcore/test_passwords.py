import asyncio
import time
from collections.abc import Iterator

import pytest
from argon2 import extract_parameters

from mailcore.passwords import NOBODYS_HASH, Passwords


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


async def test_right_password_is_right_and_no_other(passwords: Passwords) -> None:
    stored = await passwords.hash("pässwörd ✓")
    assert await passwords.verify("pässwörd ✓", stored)
    assert not await passwords.verify("pässwörd", stored)


async def test_hash_is_argon2id_with_the_costs_we_chose(passwords: Passwords) -> None:
    stored = await passwords.hash("secret secret")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != await passwords.hash("secret secret")
    assert not passwords.needs_rehash(stored)
    assert passwords.needs_rehash(stored.replace("t=2", "t=3"))


async def test_nobodys_hash_costs_what_every_other_does(passwords: Passwords) -> None:
    assert extract_parameters(NOBODYS_HASH) == extract_parameters(await passwords.hash("secret secret"))
    assert not await passwords.verify("", None)


async def test_unknown_account_takes_as_long_as_a_wrong_password(passwords: Passwords) -> None:
    stored = await passwords.hash("secret secret")

    async def seconds(hashed: str | None) -> float:
        began = time.perf_counter()
        await passwords.verify("wrong", hashed)
        return time.perf_counter() - began

    known = min([await seconds(stored) for _ in range(5)])
    unknown = min([await seconds(None) for _ in range(5)])
    assert unknown > known / 3


async def test_what_is_no_hash_is_never_right(passwords: Passwords) -> None:
    assert not await passwords.verify("x", "no hash")


async def test_octets_that_are_no_utf8_are_compared_as_they_came(passwords: Passwords) -> None:
    sent = b"\xff\xfe".decode("utf-8", "surrogateescape")
    assert await passwords.verify(sent, await passwords.hash(sent))


async def test_loop_goes_on_while_many_log_in(passwords: Passwords) -> None:
    stored = await passwords.hash("secret secret")
    logins = asyncio.gather(*(passwords.verify("secret secret", stored) for _ in range(10)))
    ticks = 0
    while not logins.done():
        await asyncio.sleep(0.001)
        ticks += 1
    assert all(await logins)
    assert ticks > 10
