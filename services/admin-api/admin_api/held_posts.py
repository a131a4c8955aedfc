"""Posts that wait for a moderator, as an operator sees them, and what he may decide, noted in the audit log."""

from collections.abc import AsyncIterator, Callable
from secrets import token_bytes
from uuid import UUID

from admin_api.message_octets import octets_of
from mailcore.content.interface import ContentStore
from mailcore.db.database import Database
from mailcore.db.list_clerk import ListClerk, Occasion
from mailcore.db.list_moderation import WaitingPost, WaitingPosts, missing, shown
from mailcore.db.paging import Page
from mailcore.directory.known_list import KnownList
from mailcore.directory.mailing_list import MailingList
from mailcore.list_deeds import Decide, Verdict
from mailcore.list_tokens import ListTokens
from mailcore.trace import Tracer
from maildecide.lists.commands.commander import message_id_of
from maildecide.message.mail import decode

SERVICE = "admin-api"
"""What the trace calls this service."""


class HeldPosts:
    """Those of all lists. Every method raises DatabaseAway."""

    def __init__(
        self,
        database: Database,
        content: ContentStore,
        tokens: ListTokens,
        tracer: Tracer,
        *,
        clock: Callable[[], float],
    ) -> None:
        """`clock` gives seconds since the epoch."""
        self._database = database
        self._content = content
        self._tokens = tokens
        self._tracer = tracer
        self._clock = clock

    async def list(self, owner: MailingList, cursor: str | None, limit: int) -> Page[WaitingPost]:
        """Give those of a list, the oldest first. Raises Invalid for a cursor that is none."""
        return await WaitingPosts(self._database, owner).list(cursor, limit)

    async def get(self, owner: MailingList, held_id: str) -> WaitingPost:
        """Give one. Raises NotFound."""
        return shown(await WaitingPosts(self._database, owner).get(held_id))

    async def read(self, owner: MailingList, held_id: str) -> AsyncIterator[bytes]:
        """Give the octets of one, as it would be sent out before the list changes it.

        Raises NotFound, ContentAway and ContentMissing.
        """
        mail = decode((await WaitingPosts(self._database, owner).get(held_id)).mail)
        above = mail.trace_fields + mail.header
        return octets_of(mail.content, self._content, above=above, start=mail.body_start)

    async def decide(
        self, owner: MailingList, held_id: str, verdict: Verdict, author: str, *, reason: str = ""
    ) -> None:
        """Send one out, or drop it, or refuse it: then its sender is told, with `reason`.

        Raises NotFound when it does not wait, or somebody else has decided.
        """
        held = await WaitingPosts(self._database, owner).get(held_id)
        deed = Decide(held.id, verdict, reason, message_id_of(decode(held.mail)))
        async with self._database.transaction() as connection:
            occasion = Occasion(UUID(held.message_id), author, self._clock())
            clerk = ListClerk(connection, KnownList(owner, "post"), self._tokens, occasion, token_bytes)
            if await clerk.carry_out(deed) == "already":
                raise missing(held_id)
        for one in clerk.decided:
            self._tracer.record(one.trace(SERVICE))
