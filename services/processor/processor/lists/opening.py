"""Opens a post: what goes out is made and stored, and the members are parted into ranges.

A post with one range is served at once, in the same transaction.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from uuid import UUID

import msgspec

from mailcore import events
from mailcore.bus.interface import Bus
from mailcore.content.interface import ContentStore
from mailcore.db import list_posts, list_rows
from mailcore.db.database import Database
from mailcore.db.jobs import Job, storable
from mailcore.db.list_posts import Opened as OpenedRow
from mailcore.db.list_posts import Post
from mailcore.db.signing_keys import SigningKeys
from mailcore.directory.mailing_list import MailingList
from mailcore.list_jobs import Opening, Range, range_jobs
from mailcore.trace import Trace, TraceEvent, TraceRecipient
from maildecide.lists.archive import LOOKED_AT, words_of
from maildecide.lists.posted import encode
from processor.jobs.hints import hint
from processor.lists.copies import Copies, Made, Opened
from processor.lists.ending import Tell, finish, leave_behind
from processor.lists.knowledge import beginning_of
from processor.lists.rendering import Rendered, Rendering
from processor.lists.sealing import PostSealer
from processor.report import SERVICE

RANGE = 500
"""Members of one range: their copies are made within a second or two, and written in one transaction."""

Signs = Callable[[str], Awaitable[bool]]
"""Says whether what goes out of a domain is signed."""


def signs_by(keys: SigningKeys) -> Signs:
    """Give what asks for the keys of a domain; it raises DatabaseAway."""

    async def signs(domain: str) -> bool:
        found = await keys.of(domain)
        return found is not None and bool(found.keys)

    return signs


class OpeningWork:
    """Opens posts."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        rendering: Rendering,
        copies: Copies,
        content: ContentStore,
        *,
        clock: Callable[[], float],
        revision: Callable[[], int],
        tell: Tell,
        signs: Signs,
        seal: PostSealer,
        size: int = RANGE,
    ) -> None:
        """`size`: members of one range; `revision` gives that of the settings, for the trace."""
        self._database = database
        self._bus = bus
        self._rendering = rendering
        self._copies = copies
        self._content = content
        self._clock = clock
        self._revision = revision
        self._tell = tell
        self._signs = signs
        self._seal = seal
        self._size = size

    async def __call__(self, job: Job, task: Opening) -> None:
        """Open it, once, and end the job. Raises Transient when it is to be done again, or by another."""
        async with self._database.read() as connection:
            post = await list_posts.get(connection, task.post)
            mailing_list = None if post is None else await list_rows.load_list_by_id(connection, post.list_id)
            ends = () if mailing_list is None else await list_rows.bounds(connection, mailing_list.id, self._size)
        if post is None or mailing_list is None or post.state != "accepted":
            async with self._database.transaction() as connection:
                await finish(connection, job, self._clock())
            return
        domain = mailing_list.address.rpartition("@")[2]
        rendered = await self._rendering.make(post, mailing_list, is_signed=await self._signs(domain))
        sealed = await self._seal(rendered.posted, rendered.came, mailing_list.address)
        rendered = replace(rendered, posted=sealed)
        ranges = [Range(post.id, *keys) for keys in zip(("", *ends), (*ends, None), strict=True)]
        made = await self._open(job, post, mailing_list, rendered, ranges)
        traces = [self._trace(job, post, _told(mailing_list, rendered), len(ranges), made)]
        if made is not None:
            traces.append(self._copies.trace(Opened(post, mailing_list, rendered.posted), made, job))
        self._tell(job, *traces)

    async def _words(self, post: Post, rendered: Rendered) -> str:
        """Give what a search in the archive looks into."""
        body = rendered.body
        if body is None:
            body = await beginning_of(rendered.came, self._content, LOOKED_AT)
        return storable(words_of(rendered.came, post.poster, body))

    async def _open(
        self, job: Job, post: Post, mailing_list: MailingList, rendered: Rendered, ranges: list[Range]
    ) -> Made | None:
        """Write it down; give the copies where there is one range, which are made then."""
        words = await self._words(post, rendered) if mailing_list.archive else ""
        posted = rendered.posted
        key, size = posted.mail.content_key, posted.mail.size
        opened = Opened(msgspec.structs.replace(post, content=key), mailing_list, posted)
        made = await self._copies.make(opened, ranges[0], job) if len(ranges) == 1 else None
        address, now = mailing_list.address, self._clock()
        jobs = range_jobs(ranges, address, post.message_id, now) if made is None else []
        async with self._database.transaction() as connection:
            await finish(connection, job, now)
            row = OpenedRow(encode(posted), key, size, words, len(ranges))
            await list_posts.open_up(connection, post, row, now)
            if made is None:
                await leave_behind(connection, jobs, now)
            else:
                await self._copies.write(connection, opened, made, now)
        await hint(self._bus, jobs if made is None else made.jobs, now)
        return made

    def _trace(self, job: Job, post: Post, told: Mapping[str, str], ranges: int, made: Made | None) -> Trace:
        """Say, of the message that came, that the list has taken it; of its copies the post's own trace tells."""
        now = self._clock()
        detail = {"number": str(post.number), "post": post.id, "ranges": str(ranges), "job": job.id, **told}
        if made is not None:
            detail |= {"members": str(made.members), "jobs": str(len(made.jobs))}
        return Trace(
            message_id=UUID(post.message_id),
            service=SERVICE,
            at=now,
            outcome=events.DELIVERED,
            settings_revision=self._revision(),
            recipients=(TraceRecipient(told["list"], events.DELIVERED),),
            events=(TraceEvent(now, "list", events.LIST_OPENED, decided_by=job.kind, detail=detail),),
        )


def _told(mailing_list: MailingList, rendered: Rendered) -> Mapping[str, str]:
    """Give what the trace says of what goes out."""
    if rendered.standing.policy == "none":
        return {"list": mailing_list.address}
    done = mailing_list.dmarc if rendered.is_from_list else "none"
    return {"list": mailing_list.address, "author_policy": rendered.standing.policy, "dmarc": done}
