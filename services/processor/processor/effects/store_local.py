"""A copy for a local mailbox: stored now or, when the mailbox cannot take it, kept in a `local` job."""

import asyncio

import msgspec

from mailcore import events
from mailcore.db.jobs import NewJob
from mailcore.ids import derived_id
from processor.effects.confirm import of_copy
from processor.effects.given_up import given_up
from processor.effects.outcome import Outcome
from processor.jobs.retry import delay_after
from processor.local_copy import LocalCopy, encode
from processor.mail_stores import MailStores
from processor.mailbox_errors import MailboxAway, MailboxRefused, MailboxUnsure
from processor.mailboxes import LookTwice

KIND = "local"
"""The kind of the jobs made here."""


async def carry_out(
    stores: MailStores, copy: LocalCopy, *, look_twice: LookTwice, deadline: float, now: float
) -> Outcome:
    """Store `copy` before `deadline` (of the event loop's clock), or postpone it; refused for good, its sender is told.

    What reading the content raises passes through: it is the message's trouble or the content store's.
    """
    if look_twice():
        copy = msgspec.structs.replace(copy, is_unsure=True)
    try:
        async with asyncio.timeout_at(deadline):
            event = await stores.store(copy, look_twice=look_twice)
    except MailboxUnsure as error:
        return _postponed(msgspec.structs.replace(copy, is_unsure=True), str(error), now)
    except MailboxAway as error:
        return _postponed(copy, str(error), now)
    except MailboxRefused as error:
        # Of whom nobody is told: the job meets the same refusal, and waits for an operator then.
        return given_up(copy, str(error), error.status, now) or _postponed(copy, str(error), now)
    except TimeoutError:
        # The thread may still store it; the job looks twice and finds it then.
        return _postponed(copy, "the mailbox did not take it in time", now)
    return stored(copy, event)


def stored(copy: LocalCopy, event: str) -> Outcome:
    """Say that the copy is in its mailbox, and have its sender told who asked for that; `event`: how it got there."""
    where = {"mailbox": copy.mailbox, "folder": copy.folder} if copy.folder else {"mailbox": copy.mailbox}
    return Outcome(events.DELIVERED, event, where, jobs=of_copy(copy))


def local_job(copy: LocalCopy, *, not_before: float, why: str | None = None) -> NewJob:
    """Give the job that stores `copy`; its id is that of message, mailbox and folder."""
    return NewJob(
        id=str(derived_id(copy.message_id, KIND, f"{copy.mailbox}\0{copy.folder}")),
        kind=KIND,
        destination=copy.mailbox,
        message_id=str(copy.message_id),
        payload=encode(copy),
        not_before=not_before,
        content=copy.content_key,
        why=why,
        sender=copy.sender,
        recipients=(copy.recipient,),
    )


def _postponed(copy: LocalCopy, why: str, now: float) -> Outcome:
    job = local_job(copy, not_before=now + delay_after(0), why=why)
    return Outcome(events.DEFERRED, events.POSTPONED, {"reason": why, "job": job.id}, jobs=(job,))
