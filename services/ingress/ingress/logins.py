"""Finds out whose password it is that a client gave; a right one is remembered, since hashing is meant to be slow.

Used by `handler`. What is remembered is an HMAC under a key of this process, for five minutes, never a password; it
binds the stored hash too, so a password that was changed is at once right no more.
"""

import asyncio
import hmac
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cachetools import TTLCache

from mailcore.address import read_local_address, stored_form
from mailcore.db.directory_cache import Login
from mailcore.directory.account import Account
from mailcore.directory.domain import Domain
from mailcore.passwords import Passwords

REMEMBERED_SECONDS = 300.0
_MOST_REMEMBERED = 10_000


class LoginDirectory(Protocol):
    """Where accounts are found by what they log in as."""

    async def domain(self, name: str) -> Domain | None:
        """Give the managed domain of that name. Raises DatabaseAway."""

    async def account_by_login(self, address: str) -> Login | None:
        """Give the account with its password hash. Raises DatabaseAway."""


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """What came of a name and a password."""

    account: Account | None
    """The account of that name."""
    is_right: bool
    """Whether the password is the account's."""


class Logins:
    """Compares passwords."""

    def __init__(self, directory: LoginDirectory, passwords: Passwords, key: bytes) -> None:
        """`key`: random octets of this process."""
        self._directory = directory
        self._passwords = passwords
        self._key = key
        self._remembered: TTLCache[bytes, None] = TTLCache(_MOST_REMEMBERED, REMEMBERED_SECONDS, timer=time.monotonic)
        self._under_way: dict[bytes, asyncio.Task[bool]] = {}

    async def attempt(self, name: str, password: str) -> LoginAttempt:
        """Look the name up and compare the password; as slow for an unknown name. Raises DatabaseAway."""
        login = await self._login(name)
        if login is None or login.password_hash is None:
            await self._passwords.verify(password, None)
            return LoginAttempt(None if login is None else login.account, is_right=False)
        return LoginAttempt(login.account, is_right=await self._is_right(password, login.password_hash))

    async def account_of(self, name: str) -> str | None:
        """Give the address of the account that `name` is; None for a name that is none. Raises DatabaseAway."""
        login = await self._login(name)
        return None if login is None else login.account.address

    async def _login(self, name: str) -> Login | None:
        try:
            address = read_local_address(name)
        except ValueError:
            return None
        domain = await self._directory.domain(address.domain)
        if domain is None:
            return None
        return await self._directory.account_by_login(stored_form(address, case_sensitive=domain.case_sensitive))

    async def _is_right(self, password: str, stored: str) -> bool:
        proof = hmac.digest(self._key, f"{stored}\0{password}".encode("utf-8", "surrogateescape"), sha256)
        if proof in self._remembered:
            return True
        task = self._under_way.get(proof)
        if task is None:
            # Fifty sessions that log in at once with one password cost one hash.
            task = asyncio.create_task(self._passwords.verify(password, stored))
            self._under_way[proof] = task
            task.add_done_callback(lambda _: self._under_way.pop(proof, None))
        is_right = await asyncio.shield(task)
        if is_right:
            self._remembered[proof] = None
        return is_right
