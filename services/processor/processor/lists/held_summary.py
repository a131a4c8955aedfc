"""Tells the moderators of a list together of the posts that wait, when there are too many for a message about each."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore import events
from mailcore.bus.interface import Bus
from mailcore.db import list_moderation
from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.db.list_clerk import ListClerk, Occasion
from mailcore.directory.known_list import KnownList
from mailcore.list_deeds import Tell
from mailcore.list_jobs import HeldSummary
from mailcore.list_tokens import ListTokens
from mailcore.trace import Trace, TraceEvent
from maildecide.lists.notices.held_many import MOST_SHOWN, Waiting, named
from processor.jobs.hints import hint
from processor.lists.ending import Tell as TellTrace
from processor.lists.ending import finish
from processor.lists.held_notices import AUTHOR, known_for_its_own
from processor.report import SERVICE


class HeldSummaryWork:
    """Tells them."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
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
        self._tokens = tokens
        self._chance = chance
        self._revision = revision
        self._clock = clock
        self._tell = tell

    async def __call__(self, job: Job, task: HeldSummary) -> None:
        """Have them told, and end the job. Raises Transient when it is to be done again, or by another."""
        now = self._clock()
        async with self._database.transaction() as connection:
            await finish(connection, job, now)
            known = await known_for_its_own(connection, task.list_id)
            telling = None if known is None else await _telling(connection, known)
            if known is None or telling is None:
                return  # the list is gone, or all has been decided on
            clerk = ListClerk(connection, known, self._tokens, Occasion(UUID(job.id), AUTHOR, now), self._chance)
            await clerk.carry_out(telling)
        await hint(self._bus, clerk.told, now)
        self._tell(job, self._trace(job, known, telling))

    def _trace(self, job: Job, known: KnownList, telling: Tell) -> Trace:
        """Say it of the message for which it was asked for first."""
        now = self._clock()
        told = {
            "list": known.address,
            "waiting": telling.values["count"],
            "moderators": ", ".join(telling.to),
            "job": job.id,
        }
        return Trace(
            message_id=UUID(job.message_id),
            service=SERVICE,
            at=now,
            outcome=events.QUEUED,
            settings_revision=self._revision(),
            events=(TraceEvent(now, "list", events.LIST_ASKED, decided_by=job.kind, detail=told),),
        )


async def _telling(connection: AsyncConnection, known: KnownList) -> Tell | None:
    total, posts = await list_moderation.latest(connection, known.list.id, MOST_SHOWN)
    if not posts:
        return None
    shown = [Waiting(one.id, one.poster or one.sender, one.subject, one.reason) for one in posts]
    values = {"count": str(total), "text": named(shown, known.list.language)}
    return Tell("held_many", known.moderators, values)
