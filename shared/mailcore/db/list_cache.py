"""Mailing lists by their addresses, and members one by one, remembered until a change is announced.

Part of `directory_cache`. A list's members are never remembered together; what a post needs to know of its poster is.
"""

from mailcore.db import list_rows
from mailcore.db.changes import Change
from mailcore.db.database import Database
from mailcore.db.lookup_cache import LookupCache
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMember

LIST = "mailing_list"
MEMBER = "list_member"
"""What the change log calls them; a member's key there is the list's address."""


class CachedLists:
    """Right within a second of every change in any replica."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lists: LookupCache[KnownList] = LookupCache(self._load_list)
        self._members: LookupCache[ListMember] = LookupCache(self._load_member)

    async def by_address(self, address: str) -> KnownList | None:
        """Give the list of which `address` (stored form) is one. Raises DatabaseAway."""
        return await self._lists.get(address)

    async def member(self, list_id: int, key: str) -> ListMember | None:
        """Give the member of a list with that key. Raises DatabaseAway."""
        return await self._members.get(f"{list_id} {key}")

    def hear(self, change: Change) -> None:
        """Forget what a change of a list, or of its members, has overtaken; lists hold some of their members."""
        if change.is_about(LIST, MEMBER):
            self._lists.clear()
            self._members.clear()

    async def _load_list(self, address: str) -> KnownList | None:
        async with self._database.read() as connection:
            return await list_rows.load_list(connection, address)

    async def _load_member(self, name: str) -> ListMember | None:
        list_id, _, key = name.partition(" ")
        async with self._database.read() as connection:
            return await list_rows.load_member(connection, int(list_id), key)
