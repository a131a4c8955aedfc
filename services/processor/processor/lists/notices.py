"""Writes a message of a list's own, in its words, and has it sent as a new one, in the transaction that ends the job.

It is written once: what is sent, and sent again after a crash, are the same octets.
"""

from collections.abc import Callable
from uuid import UUID

import msgspec

from mailcore import events
from mailcore.bus.interface import Bus
from mailcore.content.interface import ContentStore
from mailcore.db import list_held, list_rows, list_templates
from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.directory.list_template import ListTemplate
from mailcore.directory.mailing_list import MailingList
from mailcore.ids import derived_id
from mailcore.list_jobs import Notice, resubmission_job
from mailcore.mail.content import INLINE_LIMIT, InlineContent
from mailcore.trace import Trace, TraceEvent
from maildecide.lists.notices.enclosure import Enclosure, enclosed
from maildecide.lists.notices.own_message import Cause, own_message
from maildecide.lists.notices.template import Template, filled
from maildecide.lists.notices.values import values_of
from maildecide.lists.notices.words import in_force
from maildecide.message.mail import Mail, decode, encode
from processor.jobs.hints import hint
from processor.lists.ending import Tell, finish, leave_behind
from processor.lists.knowledge import body_of
from processor.report import SERVICE

_MOST_ENCLOSED = 256 * 1024
"""Octets of a post that moderators get whole; of a larger one, its header section."""


class NoticeWork:
    """Writes them."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        content: ContentStore,
        *,
        hostname: Callable[[], str],
        revision: Callable[[], int],
        clock: Callable[[], float],
        tell: Tell,
        public_url: str | None = None,
    ) -> None:
        """`hostname` and `revision`: what this server calls itself, and which settings are in force.

        `public_url`: where people find the pages on which they answer; None: there are none.
        """
        self._database = database
        self._bus = bus
        self._content = content
        self._public_url = public_url
        self._hostname = hostname
        self._revision = revision
        self._clock = clock
        self._tell = tell

    async def __call__(self, job: Job, task: Notice) -> None:
        """Write it, and end the job. Raises Transient when it is to be done again, or by another."""
        async with self._database.read() as connection:
            mailing_list = await list_rows.load_list_by_id(connection, task.list_id)
            template = await list_templates.load_template(connection, task.list_id, task.template)
            held = await list_held.get(connection, task.held) if task.held else None
        if mailing_list is None or (task.held and held is None):
            # The list is gone, or somebody has decided: there is nothing left to say.
            async with self._database.transaction() as connection:
                await finish(connection, job, self._clock())
            return
        enclosure = None if held is None else await self._enclosure(decode(held.mail))
        mail = await self._kept(self._mail(job, task, mailing_list, template, enclosure))
        now = self._clock()
        sending = resubmission_job(encode(mail), mail.arrival.id, task.to, now, mail.content_key)
        async with self._database.transaction() as connection:
            await finish(connection, job, now)
            await leave_behind(connection, [sending], now)
        await hint(self._bus, [sending], now)
        self._tell(job, self._trace(job, task, mailing_list, mail))

    def _mail(
        self,
        job: Job,
        task: Notice,
        mailing_list: MailingList,
        template: ListTemplate | None,
        enclosure: Enclosure | None,
    ) -> Mail:
        text = in_force(task.template, mailing_list.language, template)
        values = values_of(mailing_list, task.values, task.token, self._public_url)
        words = filled(Template(text.subject, text.body), values)
        number = derived_id(UUID(job.id), "notice", task.to)
        mail = own_message(
            mailing_list, words, task.to, Cause(number, job.created_at, self._hostname(), task.answers), enclosure
        )
        if not task.sender:
            return mail
        return msgspec.structs.replace(mail, envelope=msgspec.structs.replace(mail.envelope, sender=task.sender))

    async def _enclosure(self, post: Mail) -> Enclosure:
        if post.size > _MOST_ENCLOSED:
            return enclosed(post, None)
        return enclosed(post, b"".join([piece async for piece in body_of(post, self._content)]))

    async def _kept(self, mail: Mail) -> Mail:
        """Give the mail with what is too large to travel with it in the content store."""
        if not isinstance(mail.content, InlineContent) or mail.content.size <= INLINE_LIMIT:
            return mail
        writer = await self._content.create()
        try:
            await writer.write(mail.content.octets)
        except BaseException:
            await writer.abort()
            raise
        return msgspec.structs.replace(mail, content=await writer.commit())

    def _trace(self, job: Job, task: Notice, mailing_list: MailingList, mail: Mail) -> Trace:
        """Say, of the message that it comes of, what was written to whom."""
        now = self._clock()
        told = {
            "list": mailing_list.address,
            "template": task.template,
            "to": task.to,
            "mail": str(mail.arrival.id),
            "job": job.id,
        }
        return Trace(
            message_id=UUID(job.message_id),
            service=SERVICE,
            at=now,
            # What a moderator rejected has failed, and its sender is being told so.
            outcome=events.FAILED if task.template == "rejected" else events.QUEUED,
            settings_revision=self._revision(),
            events=(TraceEvent(now, "list", events.LIST_WROTE, decided_by=job.kind, detail=told),),
        )
