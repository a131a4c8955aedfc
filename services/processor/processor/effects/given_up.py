"""A copy that its mailbox does not take, for good: its sender is told, by a job that asks nobody and fails at once."""

import msgspec

from mailcore import events
from mailcore.address import parse_address
from mailcore.db.jobs import NewJob
from mailcore.ids import derived_id
from processor.effects.outcome import Outcome
from processor.local_copy import LocalCopy, ReportWish
from processor.outbound.queueing import remote_job
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient


def given_up(copy: LocalCopy, why: str, status: str, now: float) -> Outcome | None:
    """Say that the copy is not stored, with the job that reports it; None when nobody is to be told.

    `status`: the enhanced status (RFC 3463) for the report.
    """
    job = _report(copy, why, status, now)
    if job is None:
        return None
    return Outcome(events.FAILED, events.NOT_STORED, {"reason": why, "job": job.id}, jobs=(job,))


def recipients_of(copy: LocalCopy, wish: ReportWish) -> tuple[RemoteRecipient, ...]:
    """Give the recipients that a copy is for, with what is asked for of each."""
    first = RemoteRecipient(copy.recipient, wish.notify, wish.original)
    others = (RemoteRecipient(one.recipient, one.notify, one.original) for one in copy.sharers)
    return (first, *(one for one in others if (one.address, one.original) != (first.address, first.original)))


def _report(copy: LocalCopy, why: str, status: str, now: float) -> NewJob | None:
    wish = copy.wish
    if wish is None:
        return None
    failed = RemoteMail(
        message_id=copy.message_id,
        accepted_at=copy.accepted_at,
        settings_revision=copy.settings_revision,
        sender=copy.sender,
        recipients=recipients_of(copy, wish),
        header=copy.header,
        content=copy.content,
        body_start=copy.body_start,
        body=wish.body,
        smtputf8=wish.smtputf8,
        ret=wish.ret,
        envid=wish.envid,
        is_verified=wish.is_verified,
        refusal=why,
        refusal_status=status,
    )
    job = remote_job(failed, parse_address(copy.recipient).domain, now)
    # One for each mailbox: an alias leads to several, and the recipient is the same for all of them.
    number = derived_id(copy.message_id, "given_up", f"{copy.mailbox}\0{copy.folder}")
    return msgspec.structs.replace(job, id=str(number))
