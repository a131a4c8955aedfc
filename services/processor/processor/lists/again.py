"""Sends a post of the archive to a member once more, as it went out."""

from collections.abc import Callable
from uuid import UUID

import msgspec

from mailcore import events
from mailcore.bus.interface import Bus
from mailcore.db import list_posts, list_rows
from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.db.list_rows import Receiver
from mailcore.directory.list_member import ListMember, member_key
from mailcore.list_jobs import Again
from mailcore.trace import Trace, TraceEvent
from maildecide.lists.posted import decode
from processor.jobs.hints import hint
from processor.lists.copies import Copies, Made, Opened
from processor.lists.ending import Tell, finish, leave_behind
from processor.report import SERVICE


class AgainWork:
    """Sends them."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        copies: Copies,
        *,
        clock: Callable[[], float],
        revision: Callable[[], int],
        tell: Tell,
    ) -> None:
        """`revision` gives that of the settings, for the trace."""
        self._database = database
        self._bus = bus
        self._copies = copies
        self._clock = clock
        self._revision = revision
        self._tell = tell

    async def __call__(self, job: Job, task: Again) -> None:
        """Send it, unless post or member is gone, and end the job. Raises Transient when it is to be done again."""
        found = await self._find(task)
        made = None
        if found is not None:
            opened, member = found
            receiver = Receiver(member.id, member.key, member.address)
            made = await self._copies.make_for(_as_of(job, opened).sending, [receiver], job)
        now = self._clock()
        async with self._database.transaction() as connection:
            await finish(connection, job, now)
            if made is not None:
                await leave_behind(connection, made.jobs, now)
        if found is not None and made is not None:
            await hint(self._bus, made.jobs, now)
            self._tell(job, self._trace(job, task, found[0], made))

    async def _find(self, task: Again) -> tuple[Opened, ListMember] | None:
        async with self._database.read() as connection:
            post = await list_posts.get(connection, task.post)
            owner = None if post is None else await list_rows.load_list_by_id(connection, post.list_id)
            if post is None or owner is None or post.mail is None or post.state == "accepted":
                return None
            member = await list_rows.load_member(connection, owner.id, member_key(task.to))
        return None if member is None else (Opened(post, owner, decode(post.mail)), member)

    def _trace(self, job: Job, task: Again, opened: Opened, made: Made) -> Trace:
        now = self._clock()
        told = {"list": opened.mailing_list.address, "number": str(opened.post.number), "to": task.to, "job": job.id}
        return Trace(
            message_id=UUID(opened.post.id),
            service=SERVICE,
            at=now,
            outcome=events.QUEUED if made.jobs else events.DELIVERED,
            settings_revision=self._revision(),
            sender=opened.posted.mail.envelope.sender,
            recipients=made.local,
            events=(TraceEvent(now, "list", events.LIST_SENT_AGAIN, decided_by=job.kind, detail=told),),
        )


def _as_of(job: Job, opened: Opened) -> Opened:
    """Give the post as a message of its own, of the time at which it was asked for.

    A mailbox that has had its copy gets it all the same, and servers are tried for as long as with any other mail.
    """
    mail = opened.posted.mail
    arrival = msgspec.structs.replace(mail.arrival, id=UUID(job.id), at=job.created_at, root=None)
    posted = msgspec.structs.replace(opened.posted, mail=msgspec.structs.replace(mail, arrival=arrival))
    return Opened(opened.post, opened.mailing_list, posted)
