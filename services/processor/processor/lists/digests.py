"""Digests: begun by a chore, made by a job, and sent to their readers range by range, as posts are.

The chore needs no leader: of replicas that find a digest due at once, one counts the issue up, and its row and its job
are in that transaction. What is made, and what is sent, is one transaction with the end of its job.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore import events
from mailcore.bus.interface import Bus
from mailcore.db import list_digests, list_readers, list_rows
from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.db.list_posts import Post
from mailcore.db.list_rows import Receiver
from mailcore.directory.list_digest import Digest, DigestReader, Slice, Variant
from mailcore.directory.mailing_list import MailingList
from mailcore.list_jobs import DigestMaking, DigestRange, digest_range_jobs
from mailcore.trace import Trace, TraceEvent, TraceRecipient
from maildecide.lists.digest.due import last_of_next
from maildecide.lists.digest.issue import Made, contents_of, decode, encode, message_for
from processor.jobs.hints import hint
from processor.lists.copies import Copies, Sending
from processor.lists.copies import Made as MadeCopies
from processor.lists.digest_writing import DigestWriting
from processor.lists.ending import Tell, finish, leave_behind
from processor.lists.opening import RANGE, Signs
from processor.report import SERVICE


class DigestBeginning:
    """Begins digests that are due."""

    def __init__(self, database: Database, bus: Bus, *, clock: Callable[[], float], look: Callable[[], None]) -> None:
        """`look` has jobs of lists looked for."""
        self._database = database
        self._bus = bus
        self._clock = clock
        self._look = look

    async def run(self) -> None:
        """Begin all there are. Raises DatabaseAway."""
        async with self._database.read() as connection:
            lists = await list_digests.lists_with_readers(connection)
        for list_id, had in lists:
            while await self._begin(list_id, had):
                self._look()

    async def _begin(self, list_id: int, had: int) -> bool:
        now = self._clock()
        async with self._database.read() as connection:
            owner = await list_rows.load_list_by_id(connection, list_id)
            where = await list_digests.standing(connection, list_id, had)
        last = None if owner is None or where is None else last_of_next(where, owner, now)
        if owner is None or where is None or last is None:
            return False
        async with self._database.transaction() as connection:
            job = await list_digests.begin(connection, owner, where, last, now)
        if job is None:
            return False
        await hint(self._bus, [job], now)
        return True


class _DigestWork:
    """What the jobs of digests have in common."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        *,
        clock: Callable[[], float],
        revision: Callable[[], int],
        tell: Tell,
    ) -> None:
        """`revision` gives that of the settings, for the trace."""
        self._database = database
        self._bus = bus
        self._clock = clock
        self._revision = revision
        self._tell = tell

    def trace(
        self,
        digest: Digest,
        job: Job,
        event: str,
        detail: Mapping[str, str],
        *,
        sent: MadeCopies | None = None,
    ) -> Trace:
        """Say of a digest, which is a message by its id, what was done."""
        now = self._clock()
        told = {"issue": str(digest.issue), "first": str(digest.first), "last": str(digest.last), "job": job.id}
        recipients: tuple[TraceRecipient, ...] = () if sent is None else sent.local
        return Trace(
            message_id=UUID(digest.id),
            service=SERVICE,
            at=now,
            outcome=events.QUEUED if sent is None or sent.jobs else events.DELIVERED,
            settings_revision=self._revision(),
            recipients=recipients,
            events=(TraceEvent(now, "list", event, decided_by=job.kind, detail={**detail, **told}),),
        )

    async def end(self, job: Job) -> None:
        """End a job of which there is nothing to do."""
        async with self._database.transaction() as connection:
            await finish(connection, job, self._clock())


class DigestMakingWork(_DigestWork):
    """Makes what goes out of a digest, and parts its readers into ranges."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        writing: DigestWriting,
        *,
        signs: Signs,
        clock: Callable[[], float],
        revision: Callable[[], int],
        tell: Tell,
        size: int = RANGE,
    ) -> None:
        """`size`: readers of one range."""
        super().__init__(database, bus, clock=clock, revision=revision, tell=tell)
        self._writing = writing
        self._signs = signs
        self._size = size

    async def __call__(self, job: Job, task: DigestMaking) -> None:
        """Make it, once, and end the job. Raises Transient when it is to be done again, or by another."""
        async with self._database.read() as connection:
            digest = await list_digests.get(connection, task.digest)
            owner = None if digest is None else await list_rows.load_list_by_id(connection, digest.list_id)
            posts = [] if digest is None else await list_digests.posts_of(connection, digest)
        if digest is None or owner is None or digest.variants is not None:
            await self.end(job)
            return
        lost = await self._writing.lost(posts)
        made = await self._made(digest, owner, posts, lost)
        await self._keep(job, digest, owner, made)
        detail = {"list": owner.address, "posts": str(len(posts)), "variants": str(len(made))}
        if lost:
            detail["lost"] = " ".join(str(post.number) for post in posts if post.id in lost)
        self._tell(job, self.trace(digest, job, events.LIST_DIGESTED, detail))

    async def _made(
        self, digest: Digest, owner: MailingList, posts: Sequence[Post], lost: Collection[str]
    ) -> list[Made]:
        async with self._database.read() as connection:
            readers = await list_readers.kinds(connection, owner.id, digest.last)
        wanted = {variant for reader in readers if (variant := reader.variant_of(digest.whole)) is not None}
        is_signed = await self._signs(owner.address.rpartition("@")[2])
        made = []
        for variant in sorted(wanted, key=_order):
            within = [post for post in posts if _has(variant.slice, post)]
            if within:
                one = await self._writing.write(digest, owner, variant, within, is_signed=is_signed, lost=lost)
                made.append(one)
        return made

    async def _keep(self, job: Job, digest: Digest, owner: MailingList, made: Sequence[Made]) -> None:
        now = self._clock()
        async with self._database.transaction() as connection:
            await finish(connection, job, now)
            ends = await list_readers.bounds(connection, owner.id, self._size)
            keys = zip(("", *ends), (*ends, None), strict=True)
            ranges = [DigestRange(digest.id, *pair) for pair in keys] if made else []
            if ranges:
                kept = msgspec.structs.replace(digest, variants=encode(made), ranges=len(ranges))
                await list_digests.made(connection, kept, contents_of(made), now)
            else:
                await list_digests.remove(connection, digest, (), now)
            jobs = digest_range_jobs(ranges, owner.address, now)
            await leave_behind(connection, jobs, now)
        await hint(self._bus, jobs, now)


class DigestRangeWork(_DigestWork):
    """Sends a digest to a range of its readers."""

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
        super().__init__(database, bus, clock=clock, revision=revision, tell=tell)
        self._copies = copies

    async def __call__(self, job: Job, task: DigestRange) -> None:
        """Serve one range, and end the job. Raises Transient when it is to be done again, or by another."""
        async with self._database.read() as connection:
            digest = await list_digests.get(connection, task.digest)
            owner = None if digest is None else await list_rows.load_list_by_id(connection, digest.list_id)
            readers = await _readers(connection, digest, task)
        if digest is None or owner is None or digest.variants is None:
            await self.end(job)
            return
        made = decode(digest.variants)
        sent = await self._sent(digest, owner, made, readers, job)
        now = self._clock()
        async with self._database.transaction() as connection:
            await finish(connection, job, now)
            await leave_behind(connection, sent.jobs, now)
            await list_digests.served(connection, digest, contents_of(made), now)
        await hint(self._bus, sent.jobs, now)
        detail = {"list": owner.address, "members": str(sent.members), "jobs": str(len(sent.jobs))}
        self._tell(job, self.trace(digest, job, events.LIST_COPIED, detail, sent=sent))

    async def _sent(
        self, digest: Digest, owner: MailingList, made: Sequence[Made], readers: Sequence[DigestReader], job: Job
    ) -> MadeCopies:
        """Make the copies, message by message; readers stay in the order of their keys."""
        messages: dict[Variant, list[Receiver]] = {}
        for reader in readers:
            wanted = reader.variant_of(digest.whole)
            message = None if wanted is None else message_for(made, wanted, digest.whole)
            if message is not None:
                messages.setdefault(message.variant, []).append(Receiver(reader.id, reader.key, reader.address))
        sent = MadeCopies((), (), 0)
        for one in made:
            receivers = messages.get(one.variant, [])
            more = await self._copies.make_for(Sending(owner, digest.last, one.posted), receivers, job)
            sent = MadeCopies((*sent.jobs, *more.jobs), (*sent.local, *more.local), sent.members + more.members)
        return sent


async def _readers(connection: AsyncConnection, digest: Digest | None, task: DigestRange) -> list[DigestReader]:
    return [] if digest is None else await list_readers.readers(connection, digest.list_id, task.after, task.until)


def _has(numbers: Slice, post: Post) -> bool:
    return numbers.after < post.number <= numbers.until


def _order(variant: Variant) -> tuple[int, int, str]:
    return variant.slice.after, variant.slice.until, variant.format
