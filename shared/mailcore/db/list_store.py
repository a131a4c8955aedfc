"""Mailing lists and their members, to be read and changed. Called by the REST API."""

from mailcore.db import list_bounces
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.list_kinds import ListKind, MemberKind
from mailcore.db.list_rows import load_linked
from mailcore.db.member_csv import Import
from mailcore.db.member_import import MemberImport
from mailcore.directory.list_member import ListMember, ListMemberFields, MemberFilter
from mailcore.directory.mailing_list import MailingList, MailingListFields
from mailcore.list_links import Link
from mailcore.passwords import Passwords


class ListStore:
    """All lists."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database = database
        self.lists: EntityStore[MailingListFields, MailingList] = EntityStore(database, ListKind(passwords))
        """The lists themselves."""

    def members(
        self, owner: MailingList, wanted: MemberFilter | None = None
    ) -> EntityStore[ListMemberFields, ListMember]:
        """Give the members of a list, those that are `wanted` alone."""
        return EntityStore(self._database, MemberKind(owner, wanted))

    async def linked(self, link: Link) -> tuple[MailingList, ListMember | None] | None:
        """Give the list and the member that a link is for.

        No member: he has left, or was removed. None: the list is gone. Raises DatabaseAway.
        """
        async with self._database.read() as connection:
            return await load_linked(connection, link.list_id, link.member)

    async def forgive(self, owner: MailingList, address: str, author: str) -> None:
        """Forget that mail for a member came back; who was suspended for it gets posts again, as before.

        Raises NotFound, DatabaseAway.
        """
        async with self._database.transaction() as connection:
            await list_bounces.forgive(connection, owner, address, author)

    async def import_members(self, owner: MailingList, text: str, author: str) -> Import:
        """Store what a file says of members. Raises Invalid, NotFound, DatabaseAway."""
        return await MemberImport(self._database).run(owner, text, author)
