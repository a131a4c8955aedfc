"""What is done for mailing lists before the acknowledgement: little, so that it waits for nobody.

A post gets its number, or its place among those that wait for a moderator. Commands and what came back are kept as
jobs. All else is the work of `processor.lists`.
"""

from collections.abc import Sequence
from typing import assert_never

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore import events
from mailcore.db import list_held, list_posts
from mailcore.db.jobs import NewJob
from mailcore.db.list_held import HeldPost
from mailcore.db.list_posts import NewPost, post_id
from mailcore.ids import derived_id
from mailcore.list_jobs import Commands, Return, resubmission_job, task_job
from mailcore.mail.envelope import Recipient
from mailcore.mail.incoming import Incoming
from maildecide.lists.authors import authors_of
from maildecide.message.actions import Distribute, HoldPost, ListCommand, ListEffect, ListReturn, Resubmit
from maildecide.message.made_here import subject_of
from maildecide.message.mail import Mail, encode
from maildecide.message.plan import Plan
from processor.effects.outcome import Outcome, Write


def carry_out(effect: ListEffect, mail: Mail, now: float) -> Outcome:
    """Give what must be written down for `effect`."""
    match effect:
        case Distribute():
            number = post_id(mail.arrival.id, effect.list)
            return Outcome(events.QUEUED, events.LIST_ACCEPTED, {"post": number}, writes=(_accepting(effect, mail),))
        case HoldPost():
            why = {"list": effect.list, "reason": effect.reason, "setting": effect.setting}
            why |= {"held": post_id(mail.arrival.id, effect.list)}
            return Outcome(events.QUEUED, events.LIST_HELD, why, writes=(_holding(effect, mail),))
        case ListCommand():
            task = Commands(effect.list_id, encode(mail), effect.marked)
            job = task_job(task, mail.arrival.id, "commands", effect.list, now=now, content=mail.content_key)
            return Outcome(events.QUEUED, events.LIST_COMMANDED, {"job": job.id}, jobs=(job,))
        case ListReturn():
            returned = Return(effect.list_id, encode(mail), effect.member, effect.number)
            job = task_job(returned, mail.arrival.id, "return", effect.list, now=now, content=mail.content_key)
            return Outcome(events.QUEUED, events.LIST_RETURNED, {"job": job.id}, jobs=(job,))
        case Resubmit():
            return _resubmitted(effect, mail, now)
        case _:
            assert_never(effect)


def locking(plans: Sequence[Plan]) -> tuple[Write, ...]:
    """Give what goes before all that is written down where a message is posted to several lists; else nothing."""
    list_ids = {
        planned.effect.list_id for plan in plans for planned in plan.effects if isinstance(planned.effect, Distribute)
    }

    async def write(connection: AsyncConnection, now: float) -> Sequence[NewJob]:
        del now
        await list_posts.lock(connection, list_ids)
        return ()

    return (write,) if len(list_ids) > 1 else ()


def settling(incoming: Incoming, plans: Sequence[Plan]) -> Write:
    """Give what tells a client that waits for `incoming` of lists that will not send it out now."""
    ids = [
        post_id(incoming.id, plan.target or plan.recipient)
        for plan in plans
        if not any(isinstance(planned.effect, Distribute) for planned in (*plan.effects, *plan.shared))
    ]

    async def write(connection: AsyncConnection, now: float) -> Sequence[NewJob]:
        await list_posts.settle(connection, ids, now)
        return ()

    return write


def _resubmitted(effect: Resubmit, mail: Mail, now: float) -> Outcome:
    """Give the job that processes the message as a new one: nothing recurses, and its id derives from the old one's."""
    mail_id = derived_id(mail.arrival.id, effect.name, effect.recipient)
    new = msgspec.structs.replace(
        mail,
        envelope=msgspec.structs.replace(mail.envelope, recipients=(Recipient(effect.recipient),)),
        arrival=msgspec.structs.replace(mail.arrival, id=mail_id),
        folder="",
    )
    job = resubmission_job(encode(new), mail_id, effect.recipient, now, mail.content_key)
    return Outcome(events.QUEUED, events.RESUBMITTED, {"to": effect.recipient, "job": job.id}, jobs=(job,))


def _accepting(effect: Distribute, mail: Mail) -> Write:
    post = NewPost(
        id=post_id(mail.arrival.id, effect.list),
        list_id=effect.list_id,
        list=effect.list,
        message_id=str(mail.arrival.id),
        at=mail.arrival.at,
        poster=effect.poster,
        subject=subject_of(mail),
        size=mail.size,
        mail=encode(mail),
        content=mail.content_key,
    )

    async def write(connection: AsyncConnection, now: float) -> Sequence[NewJob]:
        _, job = await list_posts.accept(connection, post, now)
        return () if job is None else (job,)

    return write


def _holding(effect: HoldPost, mail: Mail) -> Write:
    held = HeldPost(
        id=post_id(mail.arrival.id, effect.list),
        list_id=effect.list_id,
        message_id=str(mail.arrival.id),
        at=mail.arrival.at,
        reason=effect.reason,
        sender=mail.envelope.sender,
        poster=effect.poster,
        subject=subject_of(mail),
        size=mail.size,
        mail=encode(mail),
        content=mail.content_key,
        authors="\n".join(authors_of(mail)),
    )

    async def write(connection: AsyncConnection, now: float) -> Sequence[NewJob]:
        job = await list_held.put(connection, held, effect.list, effect.moderators, now)
        return () if job is None else (job,)

    return write
