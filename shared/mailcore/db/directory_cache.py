"""The directory, looked up in the database and remembered until a change is announced. Implements `Directory`.

Ingress asks it several times per message, the processor once per recipient; a remembered answer costs no query.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import list_rows, srs_tokens
from mailcore.db.changes import EVERYTHING, Change, ChangeFeed
from mailcore.db.database import Database
from mailcore.db.directory_rows import (
    Login,
    load_alias,
    load_domain,
    load_first_domain,
    load_login,
    load_standing_orders,
)
from mailcore.db.list_cache import CachedLists
from mailcore.db.lookup_cache import LookupCache
from mailcore.directory.account import Account
from mailcore.directory.alias import Alias
from mailcore.directory.domain import Domain
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMember
from mailcore.directory.standing_orders import StandingOrders
from mailcore.srs import SrsKeys
from mailcore.verp import VerpKeys, VerpMark

__all__ = ["CachedDirectory", "Login"]

Found = TypeVar("Found")


class CachedDirectory:
    """Look-ups by normalised names, right within a second of every change in any replica.

    Names no row can have, such as ones with NUL, are absent without a query.
    """

    def __init__(
        self,
        database: Database,
        feed: ChangeFeed,
        srs: SrsKeys | None = None,
        clock: Callable[[], float] = time.time,
        *,
        verp: VerpKeys | None = None,
    ) -> None:
        """`srs` and `verp` know the senders that this server wrote into mail it sent on; None: there are none."""
        self._database = database
        self._srs = srs
        self._verp = verp
        self._clock = clock
        self._domains: LookupCache[Domain] = LookupCache(partial(self._load, load_domain))
        self._first_domain: LookupCache[str] = LookupCache(self._load_first_domain)
        self._logins: LookupCache[Login] = LookupCache(partial(self._load, load_login))
        self._aliases: LookupCache[Alias] = LookupCache(partial(self._load, load_alias))
        self._orders: LookupCache[StandingOrders] = LookupCache(partial(self._load, load_standing_orders))
        self._lists = CachedLists(database)
        feed.subscribe(self._hear)

    async def domain(self, name: str) -> Domain | None:
        """Give the managed domain of that name (lower-case A-labels). Raises DatabaseAway."""
        return await self._domains.get(name)

    async def first_domain(self) -> str | None:
        """Give the managed domain that was made first, which `<postmaster>` alone is of. Raises DatabaseAway."""
        return await self._first_domain.get("")

    async def account(self, address: str) -> Account | None:
        """Give the account of `address` (stored form). Raises DatabaseAway."""
        login = await self._logins.get(address)
        return None if login is None else login.account

    async def account_by_login(self, address: str) -> Login | None:
        """Give the account that logs in as `address` (stored form), with its password hash. Raises DatabaseAway."""
        return await self._logins.get(address)

    async def alias(self, address: str) -> Alias | None:
        """Give the alias of `address` (stored form). Raises DatabaseAway."""
        return await self._aliases.get(address)

    async def mailing_list(self, address: str) -> KnownList | None:
        """Give the mailing list of which `address` (stored form) is one. Raises DatabaseAway."""
        return await self._lists.by_address(address) if _is_storable(address) else None

    async def list_member(self, list_id: int, key: str) -> ListMember | None:
        """Give the member of a list with that key. Raises DatabaseAway."""
        return await self._lists.member(list_id, key) if _is_storable(key) else None

    async def returned(self, bounces: str, token: str) -> VerpMark | None:
        """Give whom a copy was for that comes back to a list's `-bounces` address."""
        return None if self._verp is None else self._verp.read(bounces, token)

    async def returned_by_number(self, domain: str, token: str) -> tuple[str, VerpMark] | None:
        """Do the same where the token names the list of that domain too. Raises DatabaseAway."""
        read = None if self._verp is None else self._verp.read_numbered(domain, token)
        if read is None:
            return None
        # Only what is signed costs a query.
        async with self._database.read() as connection:
            found = await list_rows.load_list_by_id(connection, read[0])
        return None if found is None else (found.address_of("bounces"), read[1])

    async def standing_orders(self, address: str) -> StandingOrders | None:
        """Give what the account of `address` (stored form) does with its mail by itself. Raises DatabaseAway."""
        return await self._orders.get(address)

    async def rewritten(self, local_part: str) -> str | None:
        """Give the sender that a rewritten one of ours stands for; None when it is not valid. Raises DatabaseAway."""
        returned = None if self._srs is None else self._srs.returned(local_part, self._clock())
        if returned is None or not returned.token:
            return None if returned is None else returned.address
        async with self._database.read() as connection:
            return await srs_tokens.find(connection, returned.token)

    async def _load(self, load: Callable[[AsyncConnection, str], Awaitable[Found | None]], name: str) -> Found | None:
        if not _is_storable(name):
            return None
        async with self._database.read() as connection:
            return await load(connection, name)

    async def _load_first_domain(self, _: str) -> str | None:
        async with self._database.read() as connection:
            return await load_first_domain(connection)

    def _hear(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._lists.hear(change)
            match change.entity:
                case "account":
                    self._logins.drop(change.key)
                    self._orders.drop(change.key)
                case "forward" | "autoreply":
                    self._orders.drop(change.key)
                case "alias":
                    self._aliases.drop(change.key)
                case "domain":
                    self._domains.drop(change.key)
                    self._first_domain.clear()
                case _ if change.entity == EVERYTHING:
                    self._domains.clear()
                    self._first_domain.clear()
                    self._logins.clear()
                    self._aliases.clear()
                    self._orders.clear()
                case _:
                    pass


def _is_storable(name: str) -> bool:
    """Whether the database can hold this text at all: neither NUL nor octets that were no UTF-8."""
    return "\0" not in name and not any("\ud800" <= character <= "\udfff" for character in name)
