"""Looks at what came back to a list, and holds it against the member whose copy it was.

Reading it is bounded, and off the loop. What follows is one transaction with the end of the job: it counts once.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore import events
from mailcore.bus.interface import Bus
from mailcore.content.interface import ContentStore
from mailcore.db import list_bounces, list_rows
from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.db.list_clerk import ListClerk, Occasion
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMember
from mailcore.list_deeds import Tell as TellDeed
from mailcore.list_jobs import Return
from mailcore.list_tokens import ListTokens
from mailcore.trace import Trace, TraceEvent
from mailcore.verp import VerpKeys, VerpMark
from maildecide.lists.bounces.reading import read_returned
from maildecide.lists.bounces.said import Said
from maildecide.lists.bounces.standing import Fault, Judgement, Standing, judge
from maildecide.lists.bounces.whom import fault_id, named_members
from maildecide.message.mail import Mail, decode
from processor.jobs.hints import hint
from processor.lists.dialects import read_dialect
from processor.lists.ending import Tell, finish
from processor.lists.knowledge import beginning_of
from processor.report import SERVICE

MOST_READ = 256 * 1024
"""Octets of a body that are looked at: reports say what they have to say before they return the message."""
AUTHOR = "list"
"""Who suspends members, for the audit log."""


@dataclass(frozen=True, slots=True)
class _Returned:
    """What came back, read."""

    mail: Mail
    task: Return
    said: Said


@dataclass(slots=True)
class _Outcome:
    """What became of it."""

    clerk: ListClerk
    done: list[tuple[ListMember, str]] = field(default_factory=list)
    """Each member that it was about, and what was done."""
    suspended: list[ListMember] = field(default_factory=list)


class ReturnWork:
    """Looks at it."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        content: ContentStore,
        *,
        verp: VerpKeys,
        tokens: ListTokens,
        chance: Callable[[int], bytes],
        revision: Callable[[], int],
        clock: Callable[[], float],
        tell: Tell,
    ) -> None:
        """`revision` gives that of the settings, for the trace."""
        self._database = database
        self._bus = bus
        self._content = content
        self._verp = verp
        self._tokens = tokens
        self._chance = chance
        self._revision = revision
        self._clock = clock
        self._tell = tell

    async def __call__(self, job: Job, task: Return) -> None:
        """Look at it, and end the job. Raises Transient when it is to be done again, or by another."""
        mail = decode(task.mail)
        beginning = await beginning_of(mail, self._content, MOST_READ)
        said = await asyncio.to_thread(read_returned, mail, beginning, read_dialect)
        outcome = None
        async with self._database.transaction() as connection:
            await finish(connection, job, self._clock())
            if said.kind == "failed":
                outcome = await self._count(connection, _Returned(mail, task, said))
        if outcome is not None:
            await hint(self._bus, outcome.clerk.told, self._clock())
        self._tell(job, self._trace(job, mail, said, outcome))

    async def _count(self, connection: AsyncConnection, returned: _Returned) -> _Outcome | None:
        """Hold it against whom it is about; None when the list is gone."""
        mailing_list = await list_rows.load_list_by_id(connection, returned.task.list_id)
        if mailing_list is None:
            return None
        known = KnownList(mailing_list, "bounces", await list_rows.load_officers(connection, mailing_list.id))
        occasion = Occasion(returned.mail.arrival.id, AUTHOR, self._clock())
        outcome = _Outcome(ListClerk(connection, known, self._tokens, occasion, self._chance))
        for member in await self._members(connection, known, returned):
            await self._hold_against(connection, known, member, returned, outcome)
        # The log of changes comes last: all others wait for it.
        for member in outcome.suspended:
            await list_bounces.suspend(connection, mailing_list, member, AUTHOR)
        return outcome

    async def _members(self, connection: AsyncConnection, known: KnownList, returned: _Returned) -> list[ListMember]:
        """Give whom it is about, locked, always in the same order."""
        list_id, number = known.list.id, returned.task.member
        if number:
            found = await list_bounces.by_number(connection, list_id, number)
            return [] if found is None else [found]
        keys = named_members(returned.said, returned.mail, known.list)
        members = [await list_bounces.by_key(connection, list_id, key) for key in keys]
        return [member for member in members if member is not None]

    async def _hold_against(
        self, connection: AsyncConnection, known: KnownList, member: ListMember, returned: _Returned, outcome: _Outcome
    ) -> None:
        if member.delivery == "off":
            outcome.done.append((member, "gets no posts"))
            return
        mail, task = returned.mail, returned.task
        if not await list_bounces.see(connection, fault_id(known.list.id, member.id, task.number, mail), self._clock()):
            outcome.done.append((member, "counted before"))
            return
        judgement = judge(
            _standing_of(member),
            Fault(mail.arrival.at, is_own=bool(task.member) and not task.number),
            limit=known.list.bounce_limit,
            decay_days=known.list.bounce_decay_days,
        )
        await self._write(connection, member, judgement, returned.said)
        outcome.done.append((member, judgement.act))
        told = {"member": member.address, "reason": returned.said.why or member.bounce_reason}
        if judgement.act == "probe":
            sender = self._verp.sender(known.list.address_of("bounces"), known.list.id, VerpMark(member.id, 0))
            await outcome.clerk.carry_out(TellDeed("probe", (member.address,), told, sender=sender))
        elif judgement.act == "suspend":
            outcome.suspended.append(member)
            await outcome.clerk.carry_out(TellDeed("suspended", known.owners, told))

    async def _write(self, connection: AsyncConnection, member: ListMember, judgement: Judgement, said: Said) -> None:
        standing = judgement.standing
        await list_bounces.write(
            connection, member, score=standing.score, at=standing.at, probed_at=standing.probed_at, why=said.why
        )

    def _trace(self, job: Job, mail: Mail, said: Said, outcome: _Outcome | None) -> Trace:
        now = self._clock()
        done = [] if outcome is None else outcome.done
        told = {"list": job.destination, "says": said.kind, "read_by": said.read_by, "why": said.why}
        told |= {"done": ", ".join(_brief(done)) or "nothing", "job": job.id}
        return Trace(
            message_id=UUID(job.message_id),
            service=SERVICE,
            at=now,
            outcome=events.DELIVERED if done else events.DISCARDED,
            settings_revision=self._revision(),
            sender=mail.envelope.sender,
            events=(TraceEvent(now, "list", events.LIST_BOUNCED, decided_by=job.kind, detail=told),),
        )


def _standing_of(member: ListMember) -> Standing:
    return Standing(
        member.bounce_score,
        None if member.bounced_at is None else member.bounced_at.timestamp(),
        None if member.probed_at is None else member.probed_at.timestamp(),
    )


def _brief(done: list[tuple[ListMember, str]]) -> Iterator[str]:
    return (f"{member.address}: {what}" for member, what in done)
