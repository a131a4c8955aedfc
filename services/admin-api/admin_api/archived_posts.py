"""The archives of mailing lists as operators read them, and what they take out of them, noted in the audit log."""

from collections.abc import AsyncIterator, Callable

from admin_api.message_octets import octets_of
from mailcore.content.interface import ContentStore
from mailcore.db.database import Database
from mailcore.db.list_archive import ArchivedPost, ListArchive, PostFilter
from mailcore.db.paging import Page
from mailcore.directory.mailing_list import MailingList
from maildecide.lists.posted import decode


class ArchivedPosts:
    """Those of all lists. Every method raises DatabaseAway, all but `search` NotFound."""

    def __init__(self, database: Database, content: ContentStore, clock: Callable[[], float]) -> None:
        """`clock` gives seconds since the epoch."""
        self._database = database
        self._content = content
        self._clock = clock

    async def search(
        self, owner: MailingList, wanted: PostFilter, cursor: str | None, limit: int
    ) -> Page[ArchivedPost]:
        """Give those of a list that match, the newest first. Raises Invalid for a cursor that is none."""
        return await ListArchive(self._database, owner).search(wanted, cursor, limit)

    async def get(self, owner: MailingList, number: int) -> ArchivedPost:
        """Give one."""
        return await ListArchive(self._database, owner).get(number)

    async def read(self, owner: MailingList, number: int) -> AsyncIterator[bytes]:
        """Give the octets of one, as members got it, without what was one member's own.

        Raises ContentAway and ContentMissing.
        """
        mail = decode((await ListArchive(self._database, owner).read(number)).mail or b"").mail
        return octets_of(mail.content, self._content, above=mail.header, start=mail.body_start)

    async def take_out(self, owner: MailingList, number: int, author: str) -> None:
        """Take one out for good. Raises Conflict while it is sent out."""
        await ListArchive(self._database, owner).take_out(number, author, self._clock())
