"""Makes the copies for one range of members: into mailboxes here at once, and as jobs for other servers.

What is for other servers and the end of the range's job are one transaction. A range that was cut off is done again
from its beginning: mailboxes know their copies again, and of the rest there is nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore import events
from mailcore.address import parse_address
from mailcore.bus.interface import Bus
from mailcore.db import list_posts, list_readers, list_rows
from mailcore.db.database import Database
from mailcore.db.jobs import Job, NewJob
from mailcore.db.list_posts import Post
from mailcore.db.list_rows import Receiver
from mailcore.db.live_settings import LiveSettings
from mailcore.directory.lookup import Directory
from mailcore.directory.mailing_list import MailingList
from mailcore.list_jobs import Range
from mailcore.list_links import Link, ListLinks
from mailcore.trace import Trace, TraceEvent, TraceRecipient
from mailcore.verp import VerpKeys, VerpMark
from maildecide.lists.posted import Posted, decode
from processor.jobs.hints import hint
from processor.lists.ending import Tell, finish, leave_behind
from processor.lists.local_copies import LocalCopies
from processor.lists.remote_copies import RemoteCopy, remote_jobs
from processor.report import SERVICE


@dataclass(frozen=True, slots=True)
class Opened:
    """A post that is open, and its list."""

    post: Post
    mailing_list: MailingList
    posted: Posted

    @property
    def sending(self) -> "Sending":
        """What members get of it."""
        return Sending(self.mailing_list, self.post.number, self.posted)


@dataclass(frozen=True, slots=True)
class Sending:
    """What members get: a post, or a digest of several."""

    mailing_list: MailingList
    number: int
    """That of the post, or of the last one; what comes back names it."""
    posted: Posted


@dataclass(frozen=True, slots=True)
class Made:
    """The copies of one range: those for mailboxes here are in them, the others are to be written down."""

    jobs: Sequence[NewJob]
    local: tuple[TraceRecipient, ...]
    members: int


class Copies:
    """Makes copies."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        directory: Directory,
        settings: LiveSettings,
        local: LocalCopies,
        *,
        verp: VerpKeys,
        links: ListLinks,
        clock: Callable[[], float],
        tell: Tell,
    ) -> None:
        self._database = database
        self._bus = bus
        self._directory = directory
        self._settings = settings
        self._local = local
        self._verp = verp
        self._links = links
        self._clock = clock
        self._tell = tell

    async def __call__(self, job: Job, task: Range) -> None:
        """Serve one range, and end the job. Raises Transient when it is to be done again, or by another."""
        async with self._database.read() as connection:
            post = await list_posts.get(connection, task.post)
            mailing_list = None if post is None else await list_rows.load_list_by_id(connection, post.list_id)
        if post is None or mailing_list is None or post.mail is None:
            # The list was removed, and its posts with it.
            async with self._database.transaction() as connection:
                await finish(connection, job, self._clock())
            return
        opened = Opened(post, mailing_list, decode(post.mail))
        made = await self.make(opened, task, job)
        now = self._clock()
        async with self._database.transaction() as connection:
            await finish(connection, job, now)
            await self.write(connection, opened, made, now)
        await hint(self._bus, made.jobs, now)
        self._tell(job, self.trace(opened, made, job))

    async def make(self, opened: Opened, task: Range, job: Job) -> Made:
        """Store the copies for mailboxes here, and give the rest. Raises DatabaseAway, ContentAway, ContentMissing."""
        async with self._database.read() as connection:
            members = await list_rows.receivers(connection, opened.mailing_list.id, task.after, task.until)
        return await self.make_for(opened.sending, members, job)

    async def make_for(self, sending: Sending, members: Sequence[Receiver], job: Job) -> Made:
        """Do the same for some members, in the order of their keys."""
        snapshot = self._settings.current
        remote: list[RemoteCopy] = []
        local: list[tuple[str, str]] = []
        for member in members:
            sender = self._sender(sending, member)
            domain = parse_address(member.address).domain
            if domain.startswith("[") or await self._directory.domain(domain) is None:
                remote.append(RemoteCopy(member.address, sender, self._token(sending, member)))
            else:
                local.append((member.address, sender))
        stored = await self._local.store(sending.posted, local, job)
        jobs = remote_jobs(sending.posted, remote, settings_revision=snapshot.revision, now=self._clock())
        return Made(jobs, tuple(TraceRecipient(address, result) for address, result in stored), len(members))

    async def write(self, connection: AsyncConnection, opened: Opened, made: Made, now: float) -> None:
        """Write down what is for other servers, and that the range is served. Raises PostGone, which undoes all."""
        await leave_behind(connection, made.jobs, now)
        keep = opened.mailing_list.archive
        lend = not keep and await list_readers.are_there(connection, opened.mailing_list.id)
        await list_posts.served(connection, opened.post, now, keep=keep, lend=lend)

    def trace(self, opened: Opened, made: Made, job: Job) -> Trace:
        """Give what the trace of a post's copies, which is one of its own under the post's id, says of a range."""
        now, post = self._clock(), opened.post
        told = {
            "list": opened.mailing_list.address,
            "number": str(post.number),
            "members": str(made.members),
            "jobs": str(len(made.jobs)),
            "job": job.id,
        }
        return Trace(
            message_id=UUID(post.id),
            service=SERVICE,
            at=now,
            outcome=events.QUEUED if made.jobs else events.DELIVERED,
            settings_revision=self._settings.current.revision,
            sender=opened.posted.mail.envelope.sender,
            recipients=made.local,
            events=(TraceEvent(now, "list", events.LIST_COPIED, decided_by=job.kind, detail=told),),
        )

    def _sender(self, sending: Sending, member: Receiver) -> str:
        """Give the envelope sender that a member alone has; empty where all have the same."""
        of = sending.mailing_list
        return (
            self._verp.sender(of.address_of("bounces"), of.id, VerpMark(member.id, sending.number)) if of.verp else ""
        )

    def _token(self, sending: Sending, member: Receiver) -> str:
        """Give what stands in a member's link; empty where there is none."""
        if sending.posted.token_at < 0:
            return ""
        return self._links.token(Link(sending.mailing_list.id, member.id))
