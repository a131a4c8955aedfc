"""Tells the moderators that a post waits: each gets a token of his own, by which it is decided on once.

Its sender is told too, when he is known to be who he says: nobody is told of what others have sent in his name. Both
have an end on a day, since whoever likes can send posts; moderators are told of the rest together (`held_summary`).
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore import events
from mailcore.bus.interface import Bus
from mailcore.content.interface import ContentStore
from mailcore.db import jobs, list_held, list_rows, list_tokens
from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.db.list_clerk import ListClerk, Occasion
from mailcore.db.list_held import HeldPost
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import member_key
from mailcore.list_deeds import Ask, Tell, TokenDetail
from mailcore.list_jobs import HeldNotice, held_summary_job
from mailcore.list_tokens import ListTokens
from mailcore.trace import Trace, TraceEvent
from maildecide.lists.commands.commander import message_id_of
from maildecide.lists.notices.excerpt import excerpt
from maildecide.lists.notices.held_many import MOST_ALONE, due_after
from maildecide.lists.notices.waiting import MOST_TOLD, is_told
from maildecide.message.mail import decode
from processor.jobs.hints import hint
from processor.lists.ending import Tell as TellTrace
from processor.lists.ending import finish
from processor.lists.knowledge import beginning_of
from processor.report import SERVICE

AUTHOR = "list"
"""Who the audit log would say it was."""


class HeldNoticeWork:
    """Tells them."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        content: ContentStore,
        tokens: ListTokens,
        *,
        chance: Callable[[int], bytes],
        revision: Callable[[], int],
        clock: Callable[[], float],
        tell: TellTrace,
    ) -> None:
        """`chance` gives so many octets that nobody can foresee."""
        self._database = database
        self._bus = bus
        self._content = content
        self._tokens = tokens
        self._chance = chance
        self._revision = revision
        self._clock = clock
        self._tell = tell

    async def __call__(self, job: Job, task: HeldNotice) -> None:
        """Have them told, and end the job. Raises Transient when it is to be done again, or by another."""
        async with self._database.read() as connection:
            held = await list_held.get(connection, task.held)
            known = None if held is None else await known_for_its_own(connection, held.list_id)
        if held is None or known is None:
            # Somebody has decided already, or the list is gone.
            async with self._database.transaction() as connection:
                await finish(connection, job, self._clock())
            return
        ask, now = await self._ask(held, task.moderators or known.moderators), self._clock()
        async with self._database.transaction() as connection:
            await finish(connection, job, now)
            occasion = Occasion(UUID(held.message_id), AUTHOR, now)
            clerk = ListClerk(connection, known, self._tokens, occasion, self._chance)
            is_asked = await list_tokens.count(connection, f"held {known.list.id}", now, MOST_ALONE)
            if is_asked:
                await clerk.carry_out(ask)
            else:
                later = held_summary_job(known.list.id, known.address, held.message_id, due_after(now))
                await jobs.insert(connection, [later], now)
            if is_told(known.list, decode(held.mail)) and await _may_be_told(connection, held.sender, now):
                await clerk.carry_out(_telling(held))
        await hint(self._bus, clerk.told, now)
        self._tell(job, self._trace(job, held, known, ask.to if is_asked else ()))

    async def _ask(self, held: HeldPost, moderators: tuple[str, ...]) -> Ask:
        post = decode(held.mail)
        values = {
            "poster": held.poster or held.sender,
            "subject": held.subject,
            "size": str(held.size),
            "reason": held.reason,
            "text": excerpt(post.header, await beginning_of(post, self._content)),
        }
        return Ask("held", "held", held.poster, moderators, TokenDetail(held=held.id), values)

    def _trace(self, job: Job, held: HeldPost, known: KnownList, moderators: tuple[str, ...]) -> Trace:
        """Say of the post's message who is asked."""
        now = self._clock()
        told = {"list": known.address, "held": held.id, "moderators": ", ".join(moderators), "job": job.id}
        if not moderators:
            told["later"] = f"moderators have been asked about {MOST_ALONE} posts today"
        return Trace(
            message_id=UUID(held.message_id),
            service=SERVICE,
            at=now,
            outcome=events.QUEUED,
            settings_revision=self._revision(),
            events=(TraceEvent(now, "list", events.LIST_ASKED, decided_by=job.kind, detail=told),),
        )


def _telling(held: HeldPost) -> Tell:
    values = {"poster": held.poster, "subject": held.subject, "reason": held.reason}
    return Tell("waiting", (held.sender,), values, message_id_of(decode(held.mail)))


async def _may_be_told(connection: AsyncConnection, sender: str, now: float) -> bool:
    return await list_tokens.count(connection, f"waiting {member_key(sender)}", now, MOST_TOLD)


async def known_for_its_own(connection: AsyncConnection, list_id: int) -> KnownList | None:
    """Give a list as it writes to its moderators; None when it is gone."""
    found = await list_rows.load_list_by_id(connection, list_id)
    return None if found is None else KnownList(found, "post", await list_rows.load_officers(connection, list_id))
